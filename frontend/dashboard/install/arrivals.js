import { element, find } from "../common/dom.js";
import { describe } from "../common/times.js";

/** Says when the newest batch came, and why one was refused. */
export function startArrivals() {
  const section = find("[data-install-check]");
  const line = find("[data-arrival]", section);
  const text = find("[data-arrival-text]", section);
  const refusal = find("[data-arrival-refused]", section);
  const reason = find("[data-arrival-reason]", section);
  let shown = null;

  const show = ({ accepted, refused }) => {
    const state = JSON.stringify([accepted?.at, refused?.at]);
    if (state === shown) return;
    shown = state;
    if (accepted) {
      const time = element("time", { datetime: accepted.time, title: accepted.text }, describe(new Date(accepted.at)));
      text.replaceChildren("Last batch received from ", accepted.origin ? element("code", {}, accepted.origin) : "a page that named no origin", ", ", time);
    } else {
      text.textContent = "Waiting for the first batch. Open a page with the tag.";
    }
    line.classList.toggle("is-received", Boolean(accepted));
    refusal.hidden = !refused;
    if (refused) reason.textContent = `A newer batch${refused.origin ? ` from ${refused.origin}` : ""} was refused. ${refused.reason}`;
  };

  const look = async () => {
    try {
      const reply = await fetch(section.dataset.installCheck, { headers: { Accept: "application/json" } });
      if (reply.ok) show(await reply.json());
    } catch {
      // The server may be restarting; the next look tells.
    }
    setTimeout(look, document.hidden ? 10000 : 2000);
  };
  look();
}
