/** Loads a recording page by page, the part that is wanted first. Pauses on failure until `retry`. */
export class Loader {
  constructor(source, recording, { onEvents, onFailure, onComplete }) {
    this.source = source;
    this.recording = recording;
    this.onEvents = onEvents;
    this.onFailure = onFailure;
    this.onComplete = onComplete;
    this.position = recording.start;
    this.wanted = [];
    this.isRunning = false;
  }

  /** Resolves when a moment (epoch ms) can be shown. The latest wish comes first. */
  want(time) {
    this.position = time;
    if (this.recording.isReady(time)) return Promise.resolve();
    return new Promise((resolve) => {
      this.wanted.unshift({ time, resolve });
      this.run();
    });
  }

  retry() {
    this.run();
  }

  async run() {
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      for (let gap = this.#next(); gap; gap = this.#next()) {
        const page = await this.source.page(gap.from, gap.until);
        this.onEvents(this.recording.fill(gap, page), page);
      }
      this.onComplete();
    } catch (error) {
      this.onFailure(error);
    } finally {
      this.isRunning = false;
    }
  }

  #next() {
    while (this.wanted.length) {
      const gap = this.recording.gapFor(this.wanted[0].time);
      if (gap) return gap;
      this.wanted.shift().resolve();
    }
    return this.recording.isComplete ? undefined : this.recording.gapAfter(this.position);
  }
}
