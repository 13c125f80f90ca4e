import { find } from "./dom.js";

const number = new Intl.NumberFormat("en");

/** Follows a purge that runs in the background, and reloads when it is through. */
export function startPurge() {
  const card = find("[data-purge-progress]");
  const text = card && find("[data-purge-text]", card);
  if (!text) return;
  const bar = find("progress", card);
  const timer = setInterval(async () => {
    try {
      const answer = await (await fetch(card.dataset.purgeProgress, { headers: { Accept: "application/json" } })).json();
      if (answer.state !== "running") {
        clearInterval(timer);
        text.textContent = answer.state === "failed" ? "The purge stopped. Start it again." : `${number.format(answer.done)} deleted.`;
        bar.value = bar.max;
        return;
      }
      bar.max = Math.max(1, answer.total);
      bar.value = answer.done;
      text.textContent = `${number.format(answer.done)} of ${number.format(answer.total)} deleted`;
    } catch {
      text.textContent = "Waiting for the server…";
    }
  }, 1000);
}
