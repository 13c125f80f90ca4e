// Events declared in the markup: data-sentiero-track-click="name", data-sentiero-data='{"…": …}'.

import { warn } from "../quiet.js";
import { isReservedTag } from "../reserved-tags.js";
import { elementsOf, listen } from "./listen.js";

const NAME = /^[a-zA-Z0-9_.-]{1,100}$/;
const LONGEST_DATA = 4096;

function parsed(text) {
  try {
    return text.length > LONGEST_DATA ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const attributes = {
  option: "trackCustomEvents",
  attach: ({ emit, flags }) =>
    ["click", "change", "submit", "focus", "blur"].map((type) =>
      listen(document, type, (event) => {
        const attribute = `data-sentiero-track-${type}`;
        const element = elementsOf(event).find((candidate) => candidate.hasAttribute(attribute));
        if (!element || flags().of(element).blocked) return;
        const name = element.getAttribute(attribute);
        const data = parsed(element.getAttribute("data-sentiero-data") || "{}");
        if (isReservedTag(name)) warn(`${attribute}: ${name} is a reserved name`);
        else if (NAME.test(name) && data !== undefined) emit(name, data);
      }),
    ),
};
