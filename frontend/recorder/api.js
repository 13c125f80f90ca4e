// window.Sentiero: there from the first line, in every state, and never the cause of an exception.

import { CONSENT_KEY, forgetConsent, forgetOptOut, hasConsent, mayRecord, onChangeElsewhere, rememberConsent, rememberOptOut } from "./gate.js";
import { SESSION_KEYS } from "./identity.js";
import { isRecordedByParent } from "./page.js";
import { quietly, warn } from "./quiet.js";
import { Recording } from "./recording.js";
import { isReservedTag } from "./reserved-tags.js";
import { openStore } from "./storage.js";

export class Controller {
  constructor(recorder) {
    this.recorder = recorder;
    this.config = null;
    this.recording = null;
    this.status = "waiting";
  }

  /** Once it is known what to do. */
  configure(config) {
    this.config = config;
    this.store = openStore("localStorage");
    onChangeElsewhere([config.optOutMarker, CONSENT_KEY, SESSION_KEYS.marks], quietly("review", () => this.review()));
    this.start();
  }

  start() {
    this.enter(hasConsent(this.config, this.store));
  }

  enter(isAgreed) {
    if (this.recording || this.status === "opted-out") return;
    if (!this.config.eventsUrl) {
      warn("no eventsUrl; not recording");
      this.status = "stopped";
    } else if (!mayRecord(this.config)) {
      this.status = "opted-out";
    } else if (isRecordedByParent()) {
      this.status = "stopped";
    } else if (isAgreed) {
      this.begin();
    } else {
      this.erase("waiting");
    }
  }

  begin() {
    const recording = new Recording(this.config, this.recorder);
    if (recording.start()) this.recording = recording;
    else this.status = "unsupported";
  }

  /** Even when nothing runs here, ids of an earlier page must go. */
  erase(status) {
    const recording = this.recording || new Recording(this.config, this.recorder);
    this.recording = null;
    this.status = status;
    recording.erase();
  }

  /** What is allowed, or decided for the session, may have changed. */
  review() {
    const allowed = mayRecord(this.config);
    if (!allowed) this.erase("opted-out");
    else if (!hasConsent(this.config, this.store)) this.recording && this.erase("waiting");
    else if (this.recording) this.recording.review();
    else if (this.status === "waiting") this.start();
  }

  state() {
    return this.recording ? this.recording.state : this.status;
  }

  /** Only `true` grants; opting out and Global Privacy Control are stronger. */
  consent(granted) {
    const allowed = mayRecord(this.config);
    if (granted !== true) {
      forgetConsent(this.store);
      this.erase(allowed ? "waiting" : "opted-out");
    } else if (allowed) {
      // Remembered last: other tabs that hear of it find the session already there.
      if (this.status === "waiting") this.enter(true);
      if (this.config.requireConsent) rememberConsent(this.store);
    }
  }

  optOut() {
    this.erase("opted-out");
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
    const name = String(tag);
    if (isReservedTag(name)) warn(`the tag ${name} is reserved`);
    else if (this.recording) this.recording.addCustomEvent(name, payload);
  }

  sessionId() {
    return this.recording && this.recording.isActive ? this.recording.identity.sessionId : null;
  }

  /** Until start() or the next page. */
  stop() {
    if (this.recording) this.recording.stop();
    this.recording = null;
    if (this.status !== "opted-out") this.status = "stopped";
  }
}

const READING = ["sessionId", "state"];
const METHODS = ["start", "stop", "consent", "optOut", "optIn", "setMetadata", "addCustomEvent", ...READING];

/**
 * Puts the methods on window.Sentiero, keeping an object that is there already. Returns what runs the calls queued in its `q`,
 * and those made before the controller was configured.
 */
export function publish(controller) {
  const existing = window.Sentiero;
  const queued = existing && Array.isArray(existing.q) ? existing.q : [];
  const api = existing && typeof existing === "object" && Object.isExtensible(existing) ? existing : {};
  api.q = queued;
  for (const name of METHODS) {
    api[name] = quietly(`Sentiero.${name}`, (...args) => {
      if (controller.config || READING.includes(name)) return controller[name](...args);
      queued.push([name, ...args]);
    });
  }
  window.Sentiero = api;
  const run = quietly("queue", ([name, ...args]) => {
    if (METHODS.includes(name)) api[name](...args);
  });
  return () => {
    api.q = Object.assign([], { push: (...calls) => calls.forEach(run) });
    queued.forEach(run);
  };
}
