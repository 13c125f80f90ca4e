import { find } from "../common/dom.js";

/** The copy button of the script tag. */
export function startSnippet() {
  const button = find("[data-copy]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = find("[data-snippet]");
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
