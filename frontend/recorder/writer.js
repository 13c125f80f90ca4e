// Writes events as JSON, in their order. A picture of the page takes long: it is written in slices, with the page's work between them.

import { quietly } from "./quiet.js";

const SLICE_MS = 20;

export class Writer {
  /** `write(event)` returns the JSON, `put(json, event)` takes it, `onFailure(error)` hears of what cannot be written. */
  constructor(write, put, onFailure) {
    Object.assign(this, { write, put, onFailure });
    this.clear();
  }

  clear() {
    this.jobs = [];
  }

  /** `pieces` of JSON, of the event's node, are asked for one by one. */
  add(event, pieces) {
    this.jobs.push({ event: pieces ? { ...event, data: { ...event.data, node: 0 } } : event, pieces, text: "" });
    if (this.jobs.length > 1) return;
    if (pieces) this.schedule();
    else this.run();
  }

  schedule() {
    setTimeout(quietly("write", () => this.run(SLICE_MS)));
  }

  /** For so long; without a limit to the end. */
  run(ms = Infinity) {
    const end = Date.now() + ms;
    while (this.jobs.length > 0) {
      const job = this.jobs[0];
      let json = null;
      try {
        for (let piece; job.pieces && !(piece = job.pieces.next()).done; ) {
          job.text += piece.value;
          if (Date.now() >= end) return this.schedule();
        }
        json = this.write(job.event);
        if (job.pieces) json = json.replace('"node":0', () => `"node":${job.text}`);
      } catch (error) {
        json = null;
        this.onFailure(error);
      }
      // Ahead of the rest, which may already be asked for while this one is put away.
      this.jobs.shift();
      if (json) this.put(json, job.event);
    }
  }
}
