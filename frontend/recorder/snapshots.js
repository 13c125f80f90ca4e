// When a full snapshot is due: a replay can start, and seek, only at one.

const LONGEST_GAP_MS = 120_000;
/** While only the last two count. */
const CHECKOUT_MS = 30_000;

/** `timeout` in ms at the latest. */
export function whenIdle(callback, timeout) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(callback, { timeout });
  else setTimeout(callback, 0);
}

export class Snapshots {
  /** `take` makes rrweb emit one; `everyMs` is the operator's own interval, if it is shorter. */
  constructor({ take, everyMs }) {
    this.take = take;
    this.longestMs = everyMs > 0 ? Math.min(everyMs, LONGEST_GAP_MS) : LONGEST_GAP_MS;
    this.setBuffering(false);
    this.lastAt = null;
    this.scheduled = false;
  }

  setBuffering(isBuffering) {
    this.gapMs = isBuffering ? Math.min(this.longestMs, CHECKOUT_MS) : this.longestMs;
  }

  onSnapshot(timestamp) {
    this.lastAt = timestamp;
  }

  /** An incremental event was recorded at `timestamp`. */
  onChange(timestamp) {
    if (this.lastAt !== null && timestamp - this.lastAt >= this.gapMs) this.schedule();
  }

  /** Soon, but not inside the page's own event handler: a snapshot takes a while. */
  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    whenIdle(() => {
      this.scheduled = false;
      this.take();
    }, 1000);
  }
}
