// What an element says, as a replay shows it.

import { tagOf } from "../masking/tree.js";
import { textOf } from "../masking/values.js";

/** White space is one space. Much more text than anybody names is not looked at. */
export function visibleText(element, flags) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode() && text.length < 9999) {
    const { data, parentNode } = walker.currentNode;
    const above = flags.of(parentNode);
    const tag = tagOf(parentNode);
    if (!above.blocked && !/^(script|style|noscript)$/.test(tag)) text += textOf(data, tag, above, flags.settings);
  }
  return text.replace(/\s+/g, " ").trim();
}
