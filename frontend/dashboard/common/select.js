import { find, findAll } from "./dom.js";

/** Boxes of a list's rows: one for all of them, and a live count. Returns what counts the ticked ones. */
export function startSelection(form, name) {
  const all = find("[data-select-all]", form);
  const count = find("[data-bulk-count]", form);
  const boxes = () => findAll(`input[name="${name}"]`, form);
  const chosen = () => boxes().filter((box) => box.checked).length;
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
  // Enter on a box would press the first button of the form.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  });
  // A page from the back-forward cache keeps its ticks.
  addEventListener("pageshow", update);
  update();
  return chosen;
}
