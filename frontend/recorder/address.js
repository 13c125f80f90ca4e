// Changes of the address within a page.

import { listen } from "./trackers/listen.js";
import { wrap } from "./trackers/wrap.js";

/** Calls back after each. Returns functions that end it. */
export function watchAddress(callback) {
  const afterwards = () => (result) => {
    callback();
    return result;
  };
  return [
    ...["popstate", "hashchange"].map((type) => listen(window, type, callback)),
    ...["pushState", "replaceState"].map((name) => wrap(history.hasOwnProperty(name) ? history : History.prototype, name, afterwards)),
  ];
}
