// A loop must not fill the recording: so many entries of one kind in 10 s, the rest is counted and told once.

const WINDOW_MS = 10_000;
/** More kinds in that time count as one. */
const KINDS = 20;

export class Flood {
  /** `tell(count, last)` hears how many of a kind were left out, and the last of them. */
  constructor(limit, tell) {
    Object.assign(this, { limit, tell, seen: new Map(), timer: null });
  }

  admits(entry, kind = "") {
    if (this.timer === null) {
      this.timer = setTimeout(() => {
        this.settle();
        this.timer = null;
        this.seen.clear();
      }, WINDOW_MS);
    }
    const name = this.seen.has(kind) || this.seen.size < KINDS ? kind : "";
    const count = (this.seen.get(name) || { count: 0 }).count + 1;
    this.seen.set(name, { count, entry });
    return count <= this.limit;
  }

  /** Tells now, without making room. */
  settle() {
    for (const state of this.seen.values()) {
      const rest = state.count - this.limit;
      if (rest <= 0) continue;
      state.count = this.limit;
      this.tell(rest, state.entry);
    }
  }
}
