// The bar at the top: whether this visit is recorded, under which session, and the way to say no.
(() => {
  const bar = document.getElementById("recording");
  const part = (name) => document.getElementById(`recording-${name}`);
  const dashboard = document.body.dataset.dashboard;

  const cookie = (name) => {
    const found = document.cookie.split("; ").find((entry) => entry.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };
  const refused = () => {
    let stored = null;
    try { stored = localStorage.getItem("sentiero_optout"); } catch { /* no storage, no marker */ }
    return [cookie("sentiero_optout"), stored].some((value) => value && value !== "0" && value !== "false");
  };
  const sessionId = () => (window.Sentiero?.sessionId ? window.Sentiero.sessionId() : "") || cookie("sentiero_sid");

  const states = {
    recording: "This visit is being recorded. Session",
    "opted-out": "You are not recorded in this browser.",
    "private": "Your browser sends Global Privacy Control, so nothing is recorded.",
    absent: "The recorder did not load: is the server running?",
  };

  function state() {
    if (refused()) return "opted-out";
    if (navigator.globalPrivacyControl) return "private";
    if (!window.Sentiero) return "absent";
    return sessionId() ? "recording" : "absent";
  }

  function show() {
    const now = state();
    if (bar.dataset.shown === now) return;
    bar.dataset.shown = bar.dataset.state = now;
    part("text").textContent = states[now];
    const id = now === "recording" ? sessionId() : "";
    part("session").hidden = part("watch").hidden = !id;
    part("session").textContent = id.slice(0, 8);
    part("session").title = id;
    part("watch").href = `${dashboard}/sessions/${encodeURIComponent(id)}`;
    part("stop").hidden = now !== "recording";
    part("start").hidden = now !== "opted-out";
  }

  part("stop").addEventListener("click", () => { window.Sentiero?.optOut?.(); show(); });
  part("start").addEventListener("click", () => { window.Sentiero?.optIn?.(); location.reload(); });
  show();
  setInterval(show, 1000);
})();
