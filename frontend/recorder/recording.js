// One page's recording: rrweb's events through the masking filter and redaction into the buffer.

import { Buffer } from "./buffer.js";
import { expireIdentity, mirrorIdentity } from "./cookies.js";
import { Identity } from "./identity.js";
import { MaskingFilter } from "./masking/filter.js";
import { maskingSettings } from "./masking/settings.js";
import { Metadata } from "./metadata.js";
import { hasPendingStyles, watchVisibility, whenReady } from "./page.js";
import { quietly, warn } from "./quiet.js";
import { Redactor } from "./redaction/redactor.js";
import { rrwebOptions, rrwebRecord } from "./rrweb.js";
import { plainCopy, stringify } from "./serialize.js";
import { Snapshots } from "./snapshots.js";
import { attachTrackers } from "./trackers/index.js";
import { Transport } from "./transport.js";

const META = 4;
const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const CUSTOM = 5;
const MUTATION = 0;
/** Sources only a user causes: mouse, interaction, scroll, input, touch, media, drag, selection. */
const BY_USER = new Set([1, 2, 3, 5, 6, 7, 12, 14]);
/** More than a beacon could carry: such a snapshot should not wait for the page to end. */
const HEAVY_SNAPSHOT = 262_144;

export class Recording {
  constructor(config, recorder) {
    this.config = config;
    this.identity = new Identity(config);
    this.redactor = new Redactor(config.redaction);
    this.buffer = new Buffer();
    this.metadata = new Metadata({ capture: config.captureMetadata, identity: this.identity, redactor: this.redactor });
    this.lost = {};
    this.transport = new Transport({
      config, recorder,
      buffer: this.buffer,
      identity: this.identity,
      metadata: this.metadata,
      onLoss: (reason, events) => this.onLoss(reason, events),
      onDelivery: () => this.onDelivery(),
    });
    this.snapshots = new Snapshots({
      take: quietly("full snapshot", () => this.isRunning && this.record.takeFullSnapshot(true)),
      everyMs: Number(config.recorderOptions.checkoutEveryNms),
    });
    this.undo = [];
    this.isRunning = false;
    this.missed = false;
    this.lastTimestamp = 0;
    /** Events are missing in what the server has or will get: the replay needs a new start. */
    this.snapshotOwed = false;
  }

  /** Returns false when this browser cannot be recorded. Custom events are accepted from here on. */
  start() {
    this.record = rrwebRecord();
    if (!this.record || typeof MutationObserver !== "function" || typeof window.fetch !== "function") return false;
    this.identity.resolve();
    this.mirrorIdentity();
    const trackerContext = {
      emit: (tag, payload) => this.addCustomEvent(tag, payload),
      emitEvent: (event) => this.accept(event),
      redactor: this.redactor,
      config: this.config,
      isPaused: () => this.identity.isPaused(Date.now()),
    };
    this.undo.push(whenReady(quietly("starting rrweb", () => this.startRrweb())));
    this.undo.push(attachTrackers(trackerContext));
    // After the trackers: what they report when the page hides must be in the buffer before it is sent.
    this.undo.push(
      watchVisibility({
        hide: quietly("flush on hide", () => this.transport.sendAllNow()),
        leave: quietly("flush on leave", () => this.leave()),
        back: quietly("return from cache", () => this.back()),
      }),
    );
    const timer = setInterval(() => this.flush(), this.config.flushIntervalMs);
    this.undo.push(() => clearInterval(timer));
    return true;
  }

  startRrweb() {
    const settings = maskingSettings(this.config.recorderOptions, this.config.strictMasking);
    this.filter = new MaskingFilter(settings, this.record.mirror, (error) => {
      warn("an event could not be masked and was dropped", error);
      this.onLoss("unmaskable", 1);
    });
    const incomplete = hasPendingStyles();
    this.isRunning = true;
    const emit = quietly("recording an event", (event) => this.onRrwebEvent(event));
    // rrweb catches its own start-up errors, warns, and then returns nothing.
    const stop = this.record(rrwebOptions(this.config.recorderOptions, emit));
    if (typeof stop !== "function") {
      console.error("[sentiero] rrweb did not start; not recording");
      this.transport.discard();
      this.stop();
      return;
    }
    this.undo.push(quietly("stopping rrweb", stop));
    if (incomplete) window.addEventListener("load", () => this.snapshots.schedule(), { once: true });
  }

  onRrwebEvent(event) {
    if (!this.isRunning) return;
    const isChange = event.type === INCREMENTAL;
    const byUser = isChange && BY_USER.has(event.data.source);
    const now = Date.now();
    if (byUser) {
      if (this.identity.onActivity(now, () => this.transport.seal())) this.onSessionChange();
      else if (this.missed) this.catchUp();
    } else if (this.identity.isPaused(now)) {
      this.missed = true; // A page that plays on with nobody there; the next activity begins a new session.
      return;
    } else if (this.missed && event.type !== META && event.type !== FULL_SNAPSHOT) {
      this.catchUp();
      return; // The snapshot has it.
    }
    if (!this.filter.apply(event)) return;
    this.accept(event);
    if (event.type === FULL_SNAPSHOT) this.snapshots.onSnapshot(event.timestamp);
    else if (isChange && !(event.data.source === MUTATION && event.data.isAttachIframe)) this.snapshots.onChange(event.timestamp);
  }

  /** The event that follows belongs to another session: it starts with a picture of the page. */
  onSessionChange() {
    this.mirrorIdentity();
    this.metadata.restart();
    this.catchUp();
  }

  catchUp() {
    this.missed = false;
    this.record.takeFullSnapshot(true);
  }

  /** The one seam all events pass: redacted, written as JSON, buffered. */
  accept(event) {
    if (this.transport.discarded) return;
    // A snapshot taken because of an event must not appear to come after it.
    if (event.timestamp < this.lastTimestamp && event.type === INCREMENTAL && event.data.source !== 1) event.timestamp = this.lastTimestamp;
    if (event.type === META || event.type === FULL_SNAPSHOT) this.lastTimestamp = event.timestamp;
    const json = stringify(this.redactor.event(event));
    const dropped = this.buffer.push(json);
    if (dropped > 0) this.onLoss("buffer_full", dropped);
    const heavy = event.type === FULL_SNAPSHOT && json.length > HEAVY_SNAPSHOT;
    if (heavy || this.buffer.open.length >= this.config.flushEventThreshold) this.flush();
  }

  addCustomEvent(tag, payload) {
    const copy = payload === undefined ? {} : plainCopy(payload);
    if (copy === undefined) {
      warn(`the payload of the custom event ${String(tag)} cannot be written as JSON; dropped`);
      return;
    }
    this.accept({ type: CUSTOM, data: { tag: String(tag), payload: copy }, timestamp: Date.now() });
  }

  flush() {
    this.transport.flush().catch((error) => warn("flush failed", error));
  }

  /** Events of ours are missing: what was lost may have been the only full snapshot. */
  onLoss(reason, events) {
    this.lost[reason] = (this.lost[reason] || 0) + events;
    if (reason === "unreachable") this.snapshots.schedule();
    // Not before there is room for it.
    if (reason === "buffer_full") this.snapshotOwed = true;
  }

  onDelivery() {
    if (!this.snapshotOwed) return;
    this.snapshotOwed = false;
    this.snapshots.schedule();
  }

  mirrorIdentity() {
    mirrorIdentity(this.identity.sessionId, this.identity.windowId, this.config.sessionMaxAgeMs);
  }

  leave() {
    this.transport.sendAllNow();
    this.identity.onHide();
  }

  back() {
    this.identity.onShowAgain();
    if (!this.identity.onActivity(Date.now(), () => this.transport.seal())) this.snapshots.schedule();
    else this.onSessionChange();
    this.flush();
  }

  /** Stops recording; what is buffered is still sent. */
  stop() {
    this.isRunning = false;
    this.transport.seal();
    for (const undo of this.undo.splice(0).reverse()) undo();
    this.flush();
    this.identity.onHide();
  }

  /** Stops, drops what is buffered and removes every trace of the ids. */
  erase() {
    this.transport.discard();
    this.stop();
    this.identity.forget();
    expireIdentity();
  }
}
