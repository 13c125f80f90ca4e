import { ask, submitAnswered } from "../common/confirm.js";
import { find } from "../common/dom.js";
import { startSelection } from "../common/select.js";

/** Selecting rows, and one question for all of them. */
export function startBulk() {
  const form = find("#bulk-form");
  if (!form) return;
  const chosen = startSelection(form, "session_ids[]");
  const noun = (number) => `${number} ${number === 1 ? "recording" : "recordings"}`;
  form.addEventListener("submit", async (event) => {
    if (form.dataset.answered) return;
    event.preventDefault();
    const number = chosen();
    if (number && (await ask(`Delete ${noun(number)}?`, "All their events are removed at once. This cannot be undone.", `Delete ${noun(number)}`))) {
      submitAnswered(form, event.submitter);
    }
  });
}
