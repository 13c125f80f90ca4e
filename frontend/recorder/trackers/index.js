// What records more than the page itself. A tracker is {option, attach(context)}: it is attached when the configuration
// sets `option` to true, and may return a function that detaches it.
// context: {emit(tag, payload), emitEvent(event), redactor, config}

import { quietly } from "../quiet.js";

export const trackers = [];

/** Attaches what is switched on; returns a function that detaches all of it. */
export function attachTrackers(context) {
  const detach = [];
  for (const { option, attach } of trackers) {
    if (context.config.given[option] !== true) continue;
    const stop = quietly(`tracker ${option}`, attach)(context);
    if (typeof stop === "function") detach.push(quietly(`tracker ${option}`, stop));
  }
  return () => detach.forEach((stop) => stop());
}
