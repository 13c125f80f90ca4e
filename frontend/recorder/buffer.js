// Events waiting to be sent: sealed batches in order, then the open tail. Events are kept as JSON text, as they will travel.

import { warn } from "./quiet.js";

export const MAX_BUFFERED_EVENTS = 5000;

export class Buffer {
  constructor(limit = MAX_BUFFERED_EVENTS) {
    this.limit = limit;
    this.clear();
    this.dropped = 0;
  }

  clear() {
    this.open = [];
    this.checkout = 0;
    this.sealed = [];
  }

  get count() {
    return this.sealed.reduce((sum, batch) => sum + batch.events.length, this.open.length);
  }

  get isEmpty() {
    return this.open.length === 0 && this.sealed.length === 0;
  }

  /** Returns how many old events had to go to make room. */
  push(json) {
    this.open.push(json);
    let excess = this.count - this.limit;
    const dropped = Math.max(excess, 0);
    while (excess-- > 0) this.dropOldest();
    if (dropped) warn(`buffer full: ${dropped} of the oldest events dropped`);
    this.dropped += dropped;
    return dropped;
  }

  /** A batch under way keeps its content: what the server may already have must not change. */
  dropOldest() {
    const batch = this.sealed.find((candidate) => !candidate.inFlight);
    if (!batch) {
      this.open.shift();
      this.checkout = Math.max(0, this.checkout - 1);
      return;
    }
    batch.events.shift();
    if (batch.events.length === 0) this.remove(batch);
  }

  /** Takes the open events. */
  take() {
    const events = this.open;
    this.open = [];
    this.checkout = 0;
    return events;
  }

  /** Record on error: a full snapshot follows. What is older than the one before goes. */
  roll() {
    this.open.splice(0, this.checkout);
    this.checkout = this.open.length;
  }

  append(batch) {
    this.sealed.push(batch);
  }

  /** Back to the front, in the order of their numbers within one session. */
  restore(batch) {
    if (!this.sealed.includes(batch)) this.sealed.unshift(batch);
  }

  replace(batch, batches) {
    const at = this.sealed.indexOf(batch);
    if (at >= 0) this.sealed.splice(at, 1, ...batches);
  }

  remove(batch) {
    this.replace(batch, []);
  }
}
