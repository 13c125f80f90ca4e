// Clicks on links, before the page they lead to.

import { hidesText } from "../masking/flags.js";
import { elementsOf, listen } from "./listen.js";
import { cut } from "./text.js";
import { visibleText } from "./visible-text.js";

const LONGEST_TEXT = 100;
/** In any namespace: links in SVG may have `xlink:href`. */
const LINK = "a[*|href],area[href]";

export const navigation = {
  option: "trackNavigation",
  attach: ({ emit, redactor, flags }) => [
    listen(document, "click", (event) => {
      const link = elementsOf(event).find((element) => element.matches(LINK));
      const href = link && (link.getAttribute("href") || link.getAttributeNS("http://www.w3.org/1999/xlink", "href") || "").trim();
      if (!href || href === "#") return;
      const url = new URL(href, link.baseURI); // Throws, and nothing is recorded, if it is no address.
      const { origin, protocol } = url;
      const isHere = origin === location.origin && url.pathname === location.pathname;
      const live = flags();
      const above = live.of(link);
      if (protocol === "javascript:" || (isHere && url.hash) || above.blocked) return;
      const isPage = /^http/.test(protocol);
      // A mailbox or a number is content, and documents of their own are too much of it.
      const isShown = isPage || (/^(mailto|tel|sms):/.test(protocol) && !hidesText(above, live.settings));
      const payload = { url: isShown ? url.href : protocol };
      const text = cut(visibleText(link, live), LONGEST_TEXT, redactor.text);
      if (text) payload.text = text;
      if (isPage && origin !== location.origin) payload.external = true;
      emit("navigation", payload);
    }),
  ],
};
