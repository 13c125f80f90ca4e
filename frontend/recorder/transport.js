// Sends batches one at a time, in order, and decides what a failure means.

import { Backoff, isPassing, retryAfter } from "./backoff.js";
import { Batch } from "./batch.js";
import { encode, gzip } from "./compression.js";
import { sendLast } from "./beacon.js";
import { warn } from "./quiet.js";

const TIMEOUT_MS = 30_000;
const TOO_MANY = "too many events";

export class Transport {
  /**
   * `identity` and `metadata` are asked when a batch is sealed, `isHeld()` whether it may be; `onSeal()` may still add to it.
   * `onLoss(reason, events)` hears of what was given up, `onDelivery()` of each batch that arrived.
   */
  constructor({ config, recorder, buffer, identity, metadata, isHeld, onSeal, onLoss, onDelivery }) {
    Object.assign(this, { config, recorder, buffer, identity, metadata, isHeld, onSeal, onLoss, onDelivery });
    this.backoff = new Backoff();
    this.discarded = false;
    this.sending = null;
    this.timer = null;
  }

  /** Turns the open events into batches with the identity of now. */
  seal() {
    if (this.discarded || this.isHeld()) return;
    this.onSeal();
    const events = this.buffer.take();
    if (events.length === 0) return;
    const batch = new Batch({
      sessionId: this.identity.sessionId,
      windowId: this.identity.windowId,
      sequence: this.identity.nextSequence(),
      recorder: this.recorder,
      events,
      metadata: this.metadata.take(),
    });
    this.buffer.append(batch);
  }

  async flush() {
    if (this.discarded || this.sending || this.backoff.isWaiting(Date.now())) return;
    if (this.backoff.isExhausted) this.giveUp();
    if (this.buffer.sealed.length === 0) this.seal();
    const batch = this.buffer.sealed[0];
    if (!batch) return;
    const attempt = { abort: typeof AbortController === "function" ? new AbortController() : null };
    this.sending = attempt;
    batch.inFlight = true;
    batch.beaconed = false;
    let outcome;
    try {
      outcome = await this.send(batch, attempt.abort);
    } catch (error) {
      outcome = { retry: true, error };
    }
    batch.inFlight = false;
    this.sending = null;
    if (this.discarded) return;
    this.settle(batch, outcome);
    if (this.buffer.sealed.length > 0 || this.buffer.open.length >= this.config.flushEventThreshold) void this.flush();
  }

  /** One request; resolves with what to do with the batch. */
  async send(batch, abort) {
    const bytes = encode(batch.body());
    // What was attempted may be stored already; half of it under another id would be stored twice.
    const maySplit = batch.events.length > 1 && !batch.attempted;
    if (maySplit && bytes.length > this.config.maxInflatedBytes) return { split: true };
    const body = await gzip(bytes);
    if (maySplit && body.length > this.config.maxBodyBytes) return { split: true };
    if (this.discarded) return { done: true };
    batch.attempted = true;
    const timeout = abort && setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const response = await window.fetch(this.config.eventsUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
        body,
        signal: abort ? abort.signal : undefined,
      });
      return await this.judge(response, batch);
    } finally {
      clearTimeout(timeout);
    }
  }

  async judge(response, batch) {
    const { status } = response;
    if (response.ok) return { done: true };
    if (status === 413) return batch.events.length > 1 ? { split: true } : { refused: status };
    if (isPassing(status)) {
      return { retry: true, waitMs: retryAfter(response.headers.get("Retry-After"), Date.now()) };
    }
    if (status === 400 && batch.events.length > 1 && (await response.text()).includes(TOO_MANY)) return { split: true };
    return { refused: status };
  }

  settle(batch, { done, split, refused, waitMs }) {
    if (done || refused || split) this.backoff.reset();
    if (done) {
      this.buffer.remove(batch);
      this.onDelivery();
    } else if (split) {
      const halves = batch.split(() => this.sequenceBeside(batch));
      for (const half of halves) Object.assign(half, { attempted: false, beaconed: false });
      this.buffer.replace(batch, halves);
    } else if (refused) {
      // Sending it again would be refused again, and block what comes after.
      this.buffer.remove(batch);
      this.onLoss(`refused_${refused}`, batch.events.length);
      warn(`${batch.events.length} events refused (${refused}); dropped`);
    } else {
      this.retryIn(this.backoff.fail(Date.now(), waitMs));
    }
  }

  /** The next number, if the session is still the batch's; a finished session gets none and the gap does not matter. */
  sequenceBeside(batch) {
    return batch.sessionId === this.identity.sessionId ? this.identity.nextSequence() : batch.sequence;
  }

  retryIn(delayMs) {
    clearTimeout(this.timer);
    // One more millisecond, lest a timer that fires early finds the back-off still running.
    this.timer = setTimeout(() => void this.flush(), delayMs + 1);
  }

  /** After too many failures in a row: everything goes, and recording starts over with a new snapshot. */
  giveUp() {
    const lost = this.buffer.count;
    for (const batch of this.buffer.sealed) this.metadata.restore(batch.metadata);
    this.buffer.clear();
    this.backoff.reset();
    if (lost > 0) {
      warn(`server unreachable: ${lost} events dropped`);
      this.onLoss("unreachable", lost);
    }
  }

  /** The page is hidden or going away: hand everything to the browser. */
  sendAllNow() {
    if (this.discarded) return;
    this.seal();
    for (const batch of [...this.buffer.sealed]) {
      if (!batch.beaconed) sendLast(batch, this);
    }
  }

  /** Forgets what is buffered and sends nothing ever again. */
  discard() {
    this.discarded = true;
    clearTimeout(this.timer);
    this.buffer.clear();
    if (this.sending && this.sending.abort) this.sending.abort.abort();
  }
}
