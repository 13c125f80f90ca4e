import { find } from "../common/dom.js";

/** The empty page waits for the first session and shows it. */
export function startWaiting() {
  const section = find("[data-waiting]");
  if (!section) return;
  const text = find("[data-waiting-text]", section);
  text.textContent = "Waiting for the first session…";
  const look = async () => {
    try {
      const reply = await fetch(section.dataset.waiting, { headers: { Accept: "application/json" } });
      if (reply.ok && (await reply.json()).count > 0) return location.reload();
    } catch {
      // The server may be restarting; the next look tells.
    }
    setTimeout(look, document.hidden ? 10000 : 2000);
  };
  setTimeout(look, 2000);
}
