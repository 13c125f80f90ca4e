import { find, findAll } from "../common/dom.js";

/** Copy buttons are of no use without script, so they are hidden until then. */
export function showCopyButtons() {
  for (const button of findAll("[data-copy]")) button.hidden = false;
}

/** The copy buttons of everything that is to be pasted, also of what appears later. */
export function startSnippets() {
  showCopyButtons();
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const code = find("[data-snippet]", button.closest(".snippet"));
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Without a secure context there is no clipboard; the selected text is one key press away.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}
