// window.Sentiero: there from the first line, in every state, and never the cause of an exception.

import { forgetOptOut, mayRecord, onOptOutElsewhere, rememberOptOut } from "./gate.js";
import { isRecordedByParent } from "./page.js";
import { quietly, warn } from "./quiet.js";
import { Recording } from "./recording.js";

export class Controller {
  constructor(config, recorder) {
    this.config = config;
    this.recorder = recorder;
    this.recording = null;
    this.status = "waiting";
  }

  start() {
    if (this.recording) return;
    if (!this.config.eventsUrl) {
      warn("no eventsUrl is configured and none can be derived; not recording");
      this.status = "stopped";
    } else if (!mayRecord(this.config)) {
      this.status = "opted-out";
    } else if (isRecordedByParent()) {
      this.status = "stopped";
    } else {
      this.begin();
    }
  }

  begin() {
    const recording = new Recording(this.config, this.recorder);
    if (!recording.start()) {
      this.status = "unsupported";
      return;
    }
    this.recording = recording;
    this.stopListening = onOptOutElsewhere(this.config.optOutMarker, () => this.end("opted-out", "erase"));
  }

  end(status, how) {
    this.status = status;
    if (!this.recording) return;
    this.recording[how]();
    this.recording = null;
    this.stopListening();
  }

  state() {
    if (!this.recording) return this.status;
    return this.recording.isRunning ? "recording" : "waiting";
  }

  optOut() {
    const { recording } = this;
    // Even when nothing runs here, ids of an earlier page must go.
    if (recording) this.end("opted-out", "erase");
    else new Recording(this.config, this.recorder).erase();
    this.status = "opted-out";
    rememberOptOut(this.config.optOutMarker);
  }

  /** Recording resumes with the next page load. */
  optIn() {
    forgetOptOut(this.config.optOutMarker);
  }

  setMetadata(values) {
    if (this.recording) this.recording.metadata.set(values);
  }

  addCustomEvent(tag, payload) {
    if (this.recording) this.recording.addCustomEvent(tag, payload);
  }

  sessionId() {
    return this.recording ? this.recording.identity.sessionId : null;
  }

  stop() {
    this.end("stopped", "stop");
  }
}

const METHODS = ["start", "stop", "optOut", "optIn", "setMetadata", "addCustomEvent", "sessionId", "state"];

/** Puts the methods on window.Sentiero, keeping an object that is there already, and runs the calls queued in its `q`. */
export function publish(controller) {
  const existing = window.Sentiero;
  const api = existing && typeof existing === "object" ? existing : {};
  for (const name of METHODS) api[name] = quietly(`Sentiero.${name}`, (...args) => controller[name](...args));
  window.Sentiero = api;
  const run = quietly("a queued call", ([name, ...args]) => {
    if (METHODS.includes(name)) api[name](...args);
  });
  return () => {
    const queued = Array.isArray(api.q) ? api.q : [];
    api.q = { push: (...calls) => calls.forEach(run) };
    queued.forEach(run);
  };
}
