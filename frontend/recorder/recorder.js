// Entry point of the bundle.

import { Controller, publish } from "./api.js";
import { readConfig } from "./config.js";
import { quietly } from "./quiet.js";

/* global __SENTIERO_RECORDER__ */
const LOADED = "__sentieroRecorder";

function scriptUrl() {
  const script = document.currentScript || document.querySelector('script[src*="recorder"]');
  return script ? script.src : null;
}

quietly("the recorder", () => {
  if (window[LOADED]) return; // Included twice: one recording is enough.
  Object.defineProperty(window, LOADED, { value: __SENTIERO_RECORDER__ });
  const controller = new Controller(readConfig(scriptUrl()), __SENTIERO_RECORDER__);
  const runQueue = publish(controller);
  controller.start();
  runQueue();
})();
