const FULL = 2;
const META = 4;
const LOAD = 1;

/**
 * The events of one window as far as they are here, and the gaps between them.
 *
 * Two silent events mark the window's bounds, so that the player knows its whole length before everything has come. A gap knows the cursors it
 * lies between and the event that follows it, so that pages may be loaded in any order and ties on a timestamp still end up in theirs.
 */
export class Recording {
  constructor({ start, end, chunks }) {
    this.start = start;
    this.end = end;
    this.chunks = chunks;
    this.loaded = 0;
    this.endMarker = { type: LOAD, data: {}, timestamp: end };
    this.events = [{ type: LOAD, data: {}, timestamp: start }, this.endMarker];
    this.gaps = [{ from: "", until: null, start, end: Infinity, next: null }];
  }

  get isComplete() {
    return this.gaps.length === 0;
  }

  gapAt(time) {
    return this.gaps.find((gap) => gap.start <= time && time < gap.end);
  }

  /** Whether a moment can be shown: nothing is missing between it and a snapshot before it. */
  isReady(time) {
    if (this.gapAt(time)) return false;
    const before = this.#gapBefore(time);
    return !before || this.#hasSnapshot(before.end, time);
  }

  /** The gap to load next so that a moment can be shown; undefined when it can. Cuts gaps, so never call it while a page is on its way. */
  gapFor(time) {
    if (this.isReady(time)) return undefined;
    const inside = this.gapAt(time);
    if (inside) return this.#split(inside, time);
    // The newest snapshot's chunk began before `time`, but the snapshot itself lies after it.
    const before = this.#gapBefore(time);
    return this.#split(before, before.end);
  }

  /**
   * The moment to ask the player for. It begins at the newest page before a moment and applies what lies strictly before it, so on the very
   * moment a page begins it would show nothing new. Then it is asked for the moment right after the page's snapshot, or, when that is
   * far off, for the one right before the page.
   */
  settle(time) {
    let page = -1;
    for (let index = 0; index < this.events.length && this.events[index].timestamp <= time; index += 1) {
      if (this.events[index].type === META) page = index;
    }
    if (page < 0) return time;
    const snapshot = this.events.find((event, index) => index > page && event.type === FULL);
    if (!snapshot || snapshot.timestamp < time) return time;
    const isFirst = !this.events.slice(0, page).some((event) => event.type === FULL);
    return isFirst || snapshot.timestamp - time < 80 ? snapshot.timestamp + 1 : this.events[page].timestamp - 1;
  }

  /** What to load when nothing is asked for: first what lies ahead, then what was left out before. */
  gapAfter(time) {
    return this.gaps.find((gap) => gap.end > time) || this.gaps.at(-1);
  }

  /** Puts a page into its gap. Returns its events. */
  fill(gap, page) {
    const { events } = page;
    const at = this.events.indexOf(gap.next || this.endMarker);
    this.events.splice(at, 0, ...events);
    this.loaded += events.length;
    const index = this.gaps.indexOf(gap);
    const before = this.gaps[index - 1];
    if (before && before.next === gap.next && events.length) before.next = events[0];
    if (page.next_cursor) {
      gap.from = page.next_cursor;
      gap.start = events.length ? events.at(-1).timestamp : gap.start;
    } else {
      this.gaps.splice(index, 1);
    }
    return events;
  }

  /** Puts in an event that arrived later. Returns false when it is already here. */
  add(event) {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle].timestamp <= event.timestamp) low = middle + 1;
      else high = middle;
    }
    const text = JSON.stringify(event);
    for (let index = low - 1; index >= 0 && this.events[index].timestamp === event.timestamp; index -= 1) {
      const { delay, ...known } = this.events[index];
      if (JSON.stringify(known) === text) return false;
    }
    this.events.splice(low, 0, event);
    this.loaded += 1;
    this.end = Math.max(this.end, event.timestamp);
    return true;
  }

  #gapBefore(time) {
    return this.gaps.filter((gap) => gap.end <= time).at(-1);
  }

  #hasSnapshot(from, time) {
    return this.events.some((event) => event.type === FULL && event.timestamp >= from && event.timestamp <= time);
  }

  /** Cuts a gap at the newest snapshot before a moment, and returns the later part. */
  #split(gap, time) {
    const chunk = this.chunks.filter((chunk) => chunk.full && chunk.start <= time && chunk.start > gap.start && chunk.start < gap.end).at(-1);
    if (!chunk) return gap;
    const later = { from: chunk.cursor, until: gap.until, start: chunk.start, end: gap.end, next: gap.next };
    gap.until = chunk.cursor;
    gap.end = chunk.start;
    this.gaps.splice(this.gaps.indexOf(gap) + 1, 0, later);
    return later;
  }
}
