// How much of the main thread our own work takes. rrweb's own share is several times that and rises with it.

/** Per second: from here on fewer mouse moves, from there on none of the page's changes for a while. */
const SOME_MS = 30;
const MUCH_MS = 100;
const FIRST_REST_MS = 2000;
const LONGEST_REST_MS = 30_000;

export class Pressure {
  constructor() {
    this.second = 0;
    this.spent = 0;
    this.isRaised = false;
    this.restMs = FIRST_REST_MS;
    this.restedAt = 0;
  }

  /** `ms` were spent until `now`. Returns how long to rest, or 0. */
  add(ms, now) {
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.isRaised = second - this.second === 1 && this.spent > SOME_MS;
      this.second = second;
      this.spent = 0;
    }
    this.spent += ms;
    if (this.spent > SOME_MS) this.isRaised = true;
    if (this.spent <= MUCH_MS) return 0;
    this.spent = 0;
    // Longer each time, unless it was quiet for a while.
    this.restMs = now - this.restedAt > 2 * LONGEST_REST_MS ? FIRST_REST_MS : Math.min(this.restMs * 2, LONGEST_REST_MS);
    this.restedAt = now;
    return this.restMs;
  }
}
