// One request's worth of events. A retry sends the same batch with the same id, so the server stores it once.

import { batchId } from "./identifiers.js";
import { stringify } from "./serialize.js";

export class Batch {
  /** `events` are JSON texts; `sequence` numbers batches of one session and window from 0. */
  constructor({ sessionId, windowId, sequence, recorder, events, metadata }) {
    this.id = batchId();
    this.sessionId = sessionId;
    this.windowId = windowId;
    this.sequence = sequence;
    this.recorder = recorder;
    this.events = events;
    this.metadata = metadata;
    this.inFlight = false;
    /** The server may have it although we do not know: from here on it is neither split nor renamed. */
    this.attempted = false;
    this.beaconed = false;
  }

  body() {
    const head = stringify({
      sessionId: this.sessionId,
      windowId: this.windowId,
      batchId: this.id,
      sequence: this.sequence,
      recorder: this.recorder,
    });
    const tail = this.metadata ? `,"metadata":${stringify(this.metadata)}` : "";
    return `${head.slice(0, -1)},"events":[${this.events.join(",")}]${tail}}`;
  }

  /**
   * Two batches of half the events each; the first keeps id, number and metadata.
   * Only for batches that the server has surely not stored.
   */
  split(nextSequence) {
    const middle = this.events.length >> 1;
    const first = Object.assign(Object.create(Batch.prototype), this, { events: this.events.slice(0, middle), inFlight: false });
    const second = new Batch({ ...this, events: this.events.slice(middle), metadata: null, sequence: nextSequence() });
    return [first, second];
  }
}
