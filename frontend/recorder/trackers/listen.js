// Hearing of things in the page, first and without disturbing anyone.

import { watchVisibility } from "../page.js";
import { quietly } from "../quiet.js";

/** In the capture phase. Returns a function that stops listening. */
export function listen(target, type, handler) {
  const hear = quietly(`hearing ${type}`, handler);
  target.addEventListener(type, hear, true);
  return () => target.removeEventListener(type, hear, true);
}

/** Elements an event passes, innermost first, out of open shadow roots; empty for events of document and window. */
export function elementsOf(event) {
  return event.composedPath().filter((node) => node.nodeType === 1);
}

/** Entries of the browser's performance timeline. Returns how to have those that wait, and how to stop. */
export function observe(options, each) {
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(each));
  observer.observe(options);
  return [() => observer.takeRecords().forEach(each), () => observer.disconnect()];
}

/** Whenever the page disappears from view, before the recorder hands over its last batch; and when recording stops. */
export function onHide(callback, back = () => {}) {
  const hide = quietly("hiding", callback);
  return [watchVisibility({ hide, leave: hide, back: quietly("coming back", back) }), hide];
}
