// Who a batch belongs to: the session (shared by tabs), the window (this tab) and the number of the batch.

import { isValidId, uuid } from "./identifiers.js";
import { openStore } from "./storage.js";
import { claimWindow, forgetWindow, releaseWindow, WINDOW_KEYS } from "./window-id.js";

export const SESSION_KEYS = {
  id: "sentiero_session_id",
  created: "sentiero_session_created_at",
  seen: "sentiero_session_last_seen",
  entryUrl: "sentiero_entry_url",
  entryReferrer: "sentiero_entry_referrer",
  marks: "sentiero_session_marks",
};
const SEQUENCE_KEY = "sentiero_sequence";
/** How often activity may touch storage. */
const TOUCH_INTERVAL_MS = 5000;

function time(text) {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** Pure: must a session with these stored facts be replaced at `now`? */
export function isExpired({ id, created, seen }, now, { idleMs, maxAgeMs }) {
  if (!isValidId(id) || created === null || seen === null) return true;
  return now - seen > idleMs || now - created > maxAgeMs;
}

export class Identity {
  constructor(config) {
    this.limits = { idleMs: config.sessionIdleTimeoutMs, maxAgeMs: config.sessionMaxAgeMs };
    this.store = openStore(config.crossTabSessions ? "localStorage" : "sessionStorage");
    this.tabStore = openStore("sessionStorage");
    this.session = null;
    this.windowId = null;
    this.pausedAt = null;
  }

  get sessionId() {
    return this.session ? this.session.id : null;
  }

  /** At page load. */
  resolve(now = Date.now()) {
    this.windowId = claimWindow(this.tabStore);
    this.evaluate(now);
  }

  /** Again while the page lives: after bfcache, or when activity follows a pause. Returns the stored or a new session. */
  evaluate(now) {
    const stored = this.stored();
    const session = isExpired(stored, now, this.limits) ? { id: uuid(), created: now } : stored;
    if (session !== stored) {
      this.store.set(SESSION_KEYS.id, session.id);
      this.store.set(SESSION_KEYS.created, String(now));
      this.store.remove(SESSION_KEYS.entryUrl);
      this.store.remove(SESSION_KEYS.entryReferrer);
    }
    this.session = { ...session, seen: now };
    this.touchedAt = now;
    this.pausedAt = null;
    this.writeSeen(now);
  }

  /** What pages of this session decided for all of it: `started`, `stopped`, `error`. The id beside them says whose they are. */
  get marks() {
    const [id, ...marks] = (this.store.get(SESSION_KEYS.marks) || "").split(" ");
    return id === this.sessionId ? marks : [];
  }

  mark(name) {
    const { marks } = this;
    if (!marks.includes(name)) this.store.set(SESSION_KEYS.marks, [this.sessionId, ...marks, name].join(" "));
  }

  writeSeen(now) {
    this.writtenAt = now;
    this.store.set(SESSION_KEYS.seen, String(now));
  }

  stored() {
    return {
      id: this.store.get(SESSION_KEYS.id),
      created: time(this.store.get(SESSION_KEYS.created)),
      seen: time(this.store.get(SESSION_KEYS.seen)),
    };
  }

  /**
   * The user did something. Refreshes last-seen, and moves to another session when this one is over or another
   * tab has moved on. `beforeChange` runs while the old ids still hold. Returns whether the session changed.
   */
  onActivity(now, beforeChange) {
    const over = isExpired(this.session, now, this.limits);
    if (!over && now - this.touchedAt < TOUCH_INTERVAL_MS && now >= this.touchedAt) {
      this.session.seen = now;
      return false;
    }
    const stored = this.stored();
    if (!isExpired(stored, now, this.limits) && stored.id === this.session.id) {
      this.evaluate(now);
      return false;
    }
    beforeChange();
    this.evaluate(now);
    return true;
  }

  /** Nobody is there: the page goes on by itself after the idle limit. Another tab may keep the session alive. */
  isPaused(now) {
    if (!isExpired(this.session, now, this.limits)) return false;
    if (this.pausedAt !== null && now - this.pausedAt < TOUCH_INTERVAL_MS && now >= this.pausedAt) return true;
    this.pausedAt = now;
    const stored = this.stored();
    if (stored.id === this.session.id && stored.seen !== null) this.session.seen = Math.max(stored.seen, this.session.seen);
    if (isExpired(this.session, now, this.limits)) return true;
    this.pausedAt = null;
    return false;
  }

  /** Numbers the next batch of this session and window, over page loads. */
  nextSequence() {
    const owner = `${this.session.id}.${this.windowId}`;
    const [storedOwner, text] = (this.tabStore.get(SEQUENCE_KEY) || "").split(":");
    const next = storedOwner === owner && /^\d{1,15}$/.test(text) ? Number(text) : 0;
    this.tabStore.set(SEQUENCE_KEY, `${owner}:${next + 1}`);
    return next;
  }

  /**
   * The page goes away. Being left counts as being seen, but neither revives a session that is over nor overrides
   * what someone else has stored since.
   */
  onHide(now = Date.now()) {
    const stored = this.stored();
    const ours = this.session && stored.id === this.session.id && stored.seen !== null && stored.seen >= this.writtenAt;
    if (ours && !isExpired(this.session, now, this.limits)) this.writeSeen(now);
    releaseWindow(this.tabStore);
  }

  onShowAgain() {
    claimWindow(this.tabStore, this.windowId);
  }

  /** Removes every trace from both stores. */
  forget() {
    for (const name of ["localStorage", "sessionStorage"]) {
      const store = openStore(name);
      for (const key of [...Object.values(SESSION_KEYS), ...WINDOW_KEYS, SEQUENCE_KEY]) store.remove(key);
    }
    forgetWindow();
    this.session = null;
    this.windowId = null;
  }
}
