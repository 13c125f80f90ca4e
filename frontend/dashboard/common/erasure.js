import { find } from "./dom.js";

const number = new Intl.NumberFormat("en");

/** Follows an erasure that runs in the background; the page that is loaded at its end shows the receipt. */
export function startErasure() {
  const card = find("[data-erasure-progress]");
  if (!card) return;
  const text = find("[data-erasure-text]", card);
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(card.dataset.erasureProgress, { headers: { Accept: "application/json" } });
      const state = await answer.json();
      if (answer.ok && state.state === "running") {
        const waits = state.waiting ? " Waiting for batches that are still being processed." : "";
        text.textContent = `${number.format(state.sessions)} erased so far.${waits}`;
        return;
      }
      clearInterval(timer);
      // A form that was begun must not be lost.
      const isTyping = document.activeElement?.matches("input, textarea");
      if (isTyping) text.textContent = "Done. Reload for the receipt.";
      else location.reload();
    } catch {
      text.textContent = "Waiting for the server…";
    }
  }, 1000);
}
