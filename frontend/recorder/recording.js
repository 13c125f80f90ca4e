// One page's recording: rrweb's events through the masking filter and redaction into the buffer.

import { watchAddress } from "./address.js";
import { Buffer } from "./buffer.js";
import { expireIdentity, mirrorIdentity } from "./cookies.js";
import { Health } from "./health.js";
import { Identity } from "./identity.js";
import { MaskingFilter } from "./masking/filter.js";
import { maskingSettings } from "./masking/settings.js";
import { Metadata } from "./metadata.js";
import { hasPendingStyles, watchVisibility, whenReady } from "./page.js";
import { planFor } from "./plan.js";
import { Pressure } from "./pressure.js";
import { quietly, warn } from "./quiet.js";
import { Redactor } from "./redaction/redactor.js";
import { rrwebOptions, rrwebRecord } from "./rrweb.js";
import { plainCopy, stringify } from "./serialize.js";
import { Snapshots, whenIdle } from "./snapshots.js";
import { attachTrackers } from "./trackers/index.js";
import { Transport } from "./transport.js";
import { Writer } from "./writer.js";

const META = 4;
const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const CUSTOM = 5;
const MUTATION = 0;
/** Sources only a user causes: mouse, interaction, scroll, input, touch, media, drag, selection. */
const BY_USER = new Set([1, 2, 3, 5, 6, 7, 12, 14]);
/** More than a beacon could carry: such a snapshot should not wait for the page to end. */
const HEAVY_SNAPSHOT = 262_144;

function custom(tag, payload) {
  return { type: CUSTOM, data: { tag, payload }, timestamp: Date.now() };
}

export class Recording {
  constructor(config, recorder) {
    this.config = config;
    this.identity = new Identity(config);
    this.redactor = new Redactor(config.redaction);
    this.buffer = new Buffer();
    this.metadata = new Metadata({ capture: config.captureMetadata, identity: this.identity, redactor: this.redactor });
    this.writer = new Writer(
      (event) => stringify(this.redactor.event(event)),
      (json, event) => this.put(json, event),
      (error) => this.onFailure(error),
    );
    this.health = new Health();
    this.pressure = new Pressure();
    this.transport = new Transport({
      config, recorder,
      buffer: this.buffer,
      identity: this.identity,
      metadata: this.metadata,
      isHeld: () => this.isHeld,
      onSeal: () => this.onSeal(),
      onLoss: (reason, events) => this.onLoss(reason, events),
      onDelivery: () => this.onDelivery(),
    });
    this.snapshots = new Snapshots({
      take: quietly("snapshot", () => this.isRunning && this.record.takeFullSnapshot(true)),
      everyMs: Number(config.recorderOptions.checkoutEveryNms),
    });
    this.undo = [];
    /** What the plan says; null before it was asked. */
    this.mode = null;
    this.hasBegun = false;
    this.isRunning = false;
    this.isOver = false;
    this.missed = false;
    this.lastTimestamp = 0;
    /** Events are missing in what the server has or will get: the replay needs a new start. */
    this.snapshotOwed = false;
  }

  get isActive() {
    return this.mode === "recording" || this.mode === "buffering";
  }

  /** Is what was recorded kept back? */
  get isHeld() {
    return this.mode !== "recording" || document.prerendering || Date.now() - this.identity.session.created < this.config.minDurationMs;
  }

  get state() {
    return this.mode === "recording" && (!this.hasBegun || this.isHeld) ? "waiting" : this.mode;
  }

  /** Returns false when this browser cannot be recorded. Custom events are accepted from here on. */
  start() {
    this.record = rrwebRecord();
    if (!this.record || typeof MutationObserver !== "function" || typeof window.fetch !== "function") return false;
    this.identity.resolve();
    this.review();
    return true;
  }

  /** Asks the plan, and follows it. */
  review() {
    if (this.isOver) return;
    const mode = planFor(this.config, this.identity);
    const before = this.mode;
    if (mode === before) return;
    if (before !== "buffering" || mode !== "recording") this.close();
    this.mode = mode;
    this.snapshots.setBuffering(mode === "buffering");
    if (mode === "stopped") this.stop();
    else if (mode !== "sampled-out") this.attach();
    if (!this.isActive) {
      this.halt();
      // They would name a recording that there is not.
      expireIdentity();
      return;
    }
    this.mirrorIdentity();
    this.begin();
    if (before === "buffering") this.flush();
  }

  begin() {
    if (this.endRrweb) return;
    let cancel = null;
    this.endRrweb = () => cancel && cancel();
    cancel = whenReady(quietly("start", () => this.startRrweb()));
  }

  decide(mark) {
    this.identity.mark(mark);
    this.review();
  }

  /** What is buffered belongs to what was until now: to be sent, unless it is kept back. */
  close() {
    this.writer.run();
    this.transport.seal();
    this.buffer.take();
  }

  attach() {
    if (this.isAttached) return;
    this.isAttached = true;
    this.undo.push(
      attachTrackers({
        emit: (tag, payload) => this.addCustomEvent(tag, payload),
        emitEvent: (event) => this.accept(event),
        redactor: this.redactor,
        config: this.config,
        isPaused: () => this.identity.isPaused(Date.now()),
      }),
    );
    // After the trackers: what they report when the page hides must be in the buffer before it is sent.
    this.undo.push(
      watchVisibility({
        hide: quietly("hide", () => this.transport.sendAllNow()),
        leave: quietly("leave", () => this.leave()),
        back: quietly("back", () => this.back()),
      }),
    );
    const { startUrls, stopUrls, flushIntervalMs } = this.config;
    if (startUrls.length + stopUrls.length > 0) {
      const review = quietly("review", () => this.review());
      // The page that is being left may not be recorded: wait until it is gone.
      this.undo.push(...watchAddress(() => (this.isActive ? review() : setTimeout(review))));
    }
    const timer = setInterval(() => this.flush(), flushIntervalMs);
    this.undo.push(() => clearInterval(timer));
  }

  startRrweb() {
    const settings = maskingSettings(this.config.recorderOptions, this.config.strictMasking);
    this.filter = new MaskingFilter(settings, this.record.mirror, (error) => this.onFailure(error));
    const incomplete = hasPendingStyles();
    this.isRunning = this.hasBegun = true;
    const emit = quietly("event", (event) => this.onRrwebEvent(event));
    // rrweb catches its own start-up errors, warns, and then returns nothing.
    const stop = this.record(rrwebOptions(this.config.recorderOptions, emit));
    if (typeof stop !== "function") {
      console.error("[sentiero] rrweb did not start; not recording");
      this.transport.discard();
      this.stop();
      this.mode = "unsupported";
      return;
    }
    this.endRrweb = quietly("stop", stop);
    if (incomplete) window.addEventListener("load", () => this.snapshots.schedule(), { once: true });
  }

  onRrwebEvent(event) {
    if (!this.isRunning) return;
    const isChange = event.type === INCREMENTAL;
    const byUser = isChange && BY_USER.has(event.data.source);
    const now = Date.now();
    if (byUser) {
      if (this.identity.onActivity(now, () => this.close())) this.onSessionChange();
      else if (this.missed) this.catchUp();
    } else if (this.identity.isPaused(now)) {
      this.missed = true; // A page that plays on with nobody there; the next activity begins a new session.
      return;
    } else if (this.missed && event.type !== META && event.type !== FULL_SNAPSHOT) {
      this.catchUp();
      return; // The snapshot has it.
    }
    if (!this.isRunning) return; // The session that has begun is not recorded.
    if (event.type === FULL_SNAPSHOT) {
      this.accept(event, this.filter.snapshot(event));
      // An operator's selector may match differently later.
      if (this.filter.settings.needsLive) this.writer.run();
      this.snapshots.onSnapshot(event.timestamp);
      return;
    }
    const begun = performance.now();
    if (this.pressure.isRaised && isChange) this.thin(event.data);
    if (!this.filter.apply(event)) return;
    this.accept(event);
    if (isChange) this.ease(this.pressure.add(performance.now() - begun, now));
    if (isChange && !(event.data.source === MUTATION && event.data.isAttachIframe)) this.snapshots.onChange(event.timestamp);
  }

  /** The event that follows belongs to another session: it starts with a picture of the page. */
  onSessionChange() {
    this.metadata.restart();
    this.review();
    if (!this.isActive) return;
    this.mirrorIdentity();
    this.catchUp();
  }

  catchUp() {
    this.missed = false;
    if (this.isRunning) this.record.takeFullSnapshot(true);
  }

  /** The one seam all events pass: redacted, written as JSON (`pieces`: of a masked snapshot), buffered. */
  accept(event, pieces) {
    if (!this.isActive) return;
    // A snapshot taken because of an event must not appear to come after it.
    if (event.timestamp < this.lastTimestamp && event.type === INCREMENTAL && event.data.source !== 1) event.timestamp = this.lastTimestamp;
    if (event.type === META || event.type === FULL_SNAPSHOT) this.lastTimestamp = event.timestamp;
    this.writer.add(event, pieces);
  }

  put(json, { type }) {
    if (this.transport.discarded) return;
    const isBuffering = this.mode === "buffering";
    if (isBuffering && type === META) this.buffer.roll();
    const dropped = this.buffer.push(json);
    if (dropped > 0 && isBuffering) this.snapshots.schedule();
    else if (dropped > 0) this.onLoss("buffer_full", dropped);
    if (type === FULL_SNAPSHOT && json.length > HEAVY_SNAPSHOT) setTimeout(() => this.flush());
    else if (this.buffer.open.length >= this.config.flushEventThreshold) this.flush();
  }

  /** Under pressure the way of the mouse is left out, not where it goes. */
  thin(data) {
    const more = (data.positions || []).length - 1;
    if (more < 1) return;
    this.health.add("mouse_moves", more);
    data.positions = data.positions.slice(-1);
  }

  /** Rather than slow the page down, nothing of it is recorded until it is calm; then all of it is anew. */
  ease(restMs) {
    if (restMs === 0) return;
    this.halt();
    this.accept(custom("__recorder", { reason: "pressure", dropped: 0, since: Date.now() }));
    const goOn = quietly("start", () => this.isActive && !this.isOver && this.begin());
    setTimeout(() => whenIdle(goOn, restMs), restMs);
  }

  onSeal() {
    this.writer.run();
    if (this.buffer.open.length === 0) return;
    for (const payload of this.health.take()) this.buffer.push(this.writer.write(custom("__recorder", payload)));
  }

  onFailure(error) {
    warn("an event could not be masked; dropped", error);
    this.onLoss("unmaskable", 1);
  }

  addCustomEvent(tag, payload) {
    if (!this.isActive && this.mode !== "waiting") return;
    const copy = payload === undefined ? {} : plainCopy(payload);
    if (copy === undefined) {
      warn(`the payload of ${tag} is no JSON; dropped`);
      return;
    }
    const { startEvents, stopEvents } = this.config;
    if (this.mode === "waiting" && startEvents.includes(tag)) this.decide("started");
    this.accept(custom(tag, copy));
    if (stopEvents.includes(tag)) this.decide("stopped");
    else if (tag === "error" && this.mode === "buffering") this.decide("error");
  }

  flush() {
    // A picture that is being written is in no hurry.
    if (this.writer.jobs.length === 0) this.transport.flush().catch((error) => warn("flush", error));
  }

  /** Events of ours are missing: what was lost may have been the only full snapshot. */
  onLoss(reason, events) {
    this.health.add(reason, events);
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
    if (!this.identity.onActivity(Date.now(), () => this.close())) this.snapshots.schedule();
    else this.onSessionChange();
    this.flush();
  }

  halt() {
    this.isRunning = false;
    const end = this.endRrweb;
    this.endRrweb = null;
    if (end) end();
  }

  /** Stops recording; what is buffered is still sent. */
  stop() {
    this.isOver = true;
    this.halt();
    // Before the last batch is closed: trackers tell what they have kept for the end.
    for (const undo of this.undo.splice(0).reverse()) undo();
    this.transport.seal();
    this.flush();
    this.identity.onHide();
  }

  /** Stops, drops what is buffered and removes every trace of the ids. */
  erase() {
    this.writer.clear();
    this.transport.discard();
    this.stop();
    this.identity.forget();
    expireIdentity();
  }
}
