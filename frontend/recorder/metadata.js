// Facts about the page and whatever the host sets. They ride on batches: page facts once per page load, others once.

import { SESSION_KEYS } from "./identity.js";
import { plainCopy } from "./serialize.js";
import { warn } from "./quiet.js";

function pathOnly(url) {
  if (!url) return "";
  try {
    const parsed = new URL(url, document.baseURI);
    return parsed.origin === "null" ? "" : parsed.origin + parsed.pathname;
  } catch {
    return "";
  }
}

export class Metadata {
  constructor({ capture, identity, redactor }) {
    Object.assign(this, { capture, identity, redactor });
    this.all = new Map();
    this.pending = new Map();
    this.pagePending = capture;
  }

  set(values) {
    const copy = values && typeof values === "object" ? plainCopy(values) : undefined;
    if (!copy) {
      warn("setMetadata: no JSON object");
      return;
    }
    for (const [key, value] of Object.entries(copy)) {
      this.all.set(key, value);
      this.pending.set(key, value);
    }
  }

  /** What the next batch carries, redacted; null when there is nothing. */
  take() {
    const values = new Map(this.pagePending ? this.page() : []);
    for (const [key, value] of this.pending) values.set(key, value);
    this.pagePending = false;
    this.pending = new Map();
    return values.size > 0 ? this.redactor.metadata(Object.fromEntries(values)) : null;
  }

  /** Of a batch that was given up; what was set since wins. */
  restore(metadata) {
    if (!metadata) return;
    this.pagePending = this.capture;
    for (const [key, value] of this.all) if (key in metadata && !this.pending.has(key)) this.pending.set(key, value);
  }

  /** A new session knows nothing yet. */
  restart() {
    this.pagePending = this.capture;
    this.pending = new Map(this.all);
  }

  page() {
    return [
      ["url", location.href],
      ["referrer", document.referrer || ""],
      ["userAgent", navigator.userAgent],
      ["viewport", `${window.innerWidth}x${window.innerHeight}`],
      ["entry_url", this.entry(SESSION_KEYS.entryUrl, location.href)],
      ["entry_referrer", this.entry(SESSION_KEYS.entryReferrer, document.referrer)],
    ];
  }

  /** Fixed by the first page of a session that collects metadata. */
  entry(key, url) {
    const stored = this.identity.store.get(key);
    if (stored !== null) return stored;
    const value = pathOnly(url);
    this.identity.store.set(key, value);
    return value;
  }
}
