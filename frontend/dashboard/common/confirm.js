import { find } from "./dom.js";

/** Asks in a dialog; the promise says whether the answer was yes. */
export function ask(heading, detail, button) {
  const dialog = find("#confirm-dialog");
  find("#confirm-heading", dialog).textContent = heading;
  find("#confirm-detail", dialog).textContent = detail;
  const yes = find("[data-dialog-confirm]", dialog);
  yes.textContent = button;
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.returnValue = answer;
      dialog.close();
    };
    yes.onclick = close("yes");
    find("[data-dialog-cancel]", dialog).onclick = close("no");
    dialog.onclick = (event) => event.target === dialog && close("no")();
    dialog.onclose = () => resolve(dialog.returnValue === "yes");
    dialog.returnValue = "no";
    dialog.showModal();
    find("[data-dialog-cancel]", dialog).focus();
  });
}

/** Sends a form on behalf of one of its buttons, telling the server that the question was asked here. */
export function submitAnswered(form, button) {
  const asked = form.elements.namedItem("ask");
  if (asked) asked.value = "0";
  form.dataset.answered = "true";
  form.requestSubmit(button);
}

/** Buttons that name a question ask it before their form is sent. */
export function startConfirm() {
  // A page that comes back from the back-forward cache has to ask again.
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.answered;
  });
  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    const form = event.target;
    if (!button || !button.dataset.confirm || form.dataset.answered) return;
    event.preventDefault();
    if (await ask(button.dataset.confirm, button.dataset.confirmDetail || "", button.textContent.trim())) submitAnswered(form, button);
  });
}
