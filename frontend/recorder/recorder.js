// Entry point of the bundle.

import { Controller, publish } from "./api.js";
import { configElement, readConfig } from "./config.js";
import { quietly } from "./quiet.js";
import { ownScript } from "./script-tag.js";

/* global __SENTIERO_RECORDER__ */
const LOADED = "__sentieroRecorder";

quietly("start", () => {
  if (window[LOADED]) return; // Included twice: one recording is enough.
  Object.defineProperty(window, LOADED, { value: __SENTIERO_RECORDER__ });
  const script = ownScript();
  const controller = new Controller(__SENTIERO_RECORDER__);
  const runQueue = publish(controller);
  const configure = quietly("start", () => {
    controller.configure(readConfig(script));
    runQueue();
  });
  // A script without attributes may be ahead of its element: without what that says, nothing may begin.
  const isComplete = document.readyState !== "loading" || configElement() || (script && Object.keys(script.dataset).length > 0);
  if (isComplete) configure();
  else document.addEventListener("DOMContentLoaded", configure, { once: true });
})();
