// Which element was clicked: what can be acted on rather than the icon in it.

import { elementsOf, listen } from "./listen.js";
import { selectorOf } from "./selector.js";
import { cut } from "./text.js";

const LONGEST = 500;
const ACTIONABLE =
  "a,area,button,input,select,textarea,option,summary,label,[onclick]:not(body)," +
  '[tabindex="0"],[role=button],[role=link],[role=tab],[role=option],[role=switch],[role=checkbox],[role=radio],[role^=menuitem]';

export const clicks = {
  option: "captureClicks",
  attach: ({ emit, redactor, flags }) => [
    listen(document, "click", (event) => {
      const elements = elementsOf(event);
      const live = flags();
      // Of a blocked region only its outermost element is known.
      const blocked = elements.filter((element) => live.of(element).blocked).pop();
      const element = blocked || elements.find((candidate) => candidate.matches(ACTIONABLE)) || elements[0];
      if (element) emit("__click", { selector: cut(selectorOf(element), LONGEST, redactor.text) });
    }),
  ],
};
