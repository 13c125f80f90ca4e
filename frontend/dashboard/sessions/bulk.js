import { ask, submitAnswered } from "../common/confirm.js";
import { find, findAll } from "../common/dom.js";

/** Selecting rows, with a live count and one question for all of them. */
export function startBulk() {
  const form = find("#bulk-form");
  if (!form) return;
  const all = find("[data-select-all]", form);
  const count = find("[data-bulk-count]", form);
  const boxes = () => findAll('input[name="session_ids[]"]', form);
  const chosen = () => boxes().filter((box) => box.checked).length;
  const noun = (number) => `${number} ${number === 1 ? "recording" : "recordings"}`;
  const update = () => {
    const number = chosen();
    all.checked = number > 0 && number === boxes().length;
    all.indeterminate = number > 0 && !all.checked;
    count.textContent = number ? `${number} selected` : "";
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    update();
  });
  form.addEventListener("change", update);
  form.addEventListener("submit", async (event) => {
    if (form.dataset.answered) return;
    event.preventDefault();
    const number = chosen();
    if (number && (await ask(`Delete ${noun(number)}?`, "All their events are removed at once. This cannot be undone.", `Delete ${noun(number)}`))) {
      submitAnswered(form, event.submitter);
    }
  });
  // A page from the back-forward cache keeps its ticks.
  addEventListener("pageshow", update);
  update();
}
