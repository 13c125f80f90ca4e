// When a full snapshot is due: a replay can start, and seek, only at one.

const LONGEST_GAP_MS = 120_000;

export class Snapshots {
  /** `take` makes rrweb emit one; `everyMs` is the operator's own interval, if it is shorter. */
  constructor({ take, everyMs }) {
    this.take = take;
    this.gapMs = everyMs > 0 ? Math.min(everyMs, LONGEST_GAP_MS) : LONGEST_GAP_MS;
    this.lastAt = null;
    this.scheduled = false;
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
    const run = () => {
      this.scheduled = false;
      this.take();
    };
    if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 1000 });
    else setTimeout(run, 0);
  }
}
