// What is missing in the recording, and why: said in the recording itself as the custom event `__recorder`.

export class Health {
  constructor() {
    this.reasons = new Map();
  }

  add(reason, dropped, now = Date.now()) {
    const known = this.reasons.get(reason) || { reason, dropped: 0, since: now };
    known.dropped += dropped;
    this.reasons.set(reason, known);
  }

  /** Payloads of what happened since the last call. */
  take() {
    const payloads = [...this.reasons.values()];
    this.reasons.clear();
    return payloads;
  }
}
