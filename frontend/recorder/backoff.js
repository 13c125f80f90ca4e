// When to try again: min(1000 * 2^(n-1), 30000) ms after the n-th failure in a row, later if the server says so.

export const MAX_FAILURES = 10;
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
/** A server that asks for more is not believed. */
const LONGEST_WISH_MS = 600_000;

export function delayAfter(failures) {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
}

/** May the same request succeed later? Any other 4xx would be refused again. */
export function isPassing(status) {
  return status === 408 || status === 429 || status < 200 || (status >= 300 && status < 400) || status >= 500;
}

/** Retry-After in ms: seconds or an HTTP date; 0 when absent or unreadable. */
export function retryAfter(header, now) {
  if (!header) return 0;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_WISH_MS) : 0;
}

export class Backoff {
  constructor() {
    this.reset();
  }

  reset() {
    this.failures = 0;
    this.until = 0;
  }

  /** Counts a failure and returns how long to wait, in ms. */
  fail(now, wishMs = 0) {
    this.failures += 1;
    const delay = Math.max(delayAfter(this.failures), wishMs);
    this.until = now + delay;
    return delay;
  }

  isWaiting(now) {
    return now < this.until;
  }

  get isExhausted() {
    return this.failures >= MAX_FAILURES;
  }
}
