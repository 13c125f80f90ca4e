// The JSON configuration element, with the client's defaults for whatever it leaves out.

import { DEFAULT_MARKER } from "./gate.js";
import { warn } from "./quiet.js";

const ELEMENT_ID = "sentiero-config";
const HOUR_MS = 3_600_000;

export const DEFAULTS = {
  flushIntervalMs: 10_000,
  flushEventThreshold: 50,
  sessionIdleTimeoutMs: 6 * HOUR_MS,
  sessionMaxAgeMs: 7 * 24 * HOUR_MS,
  maxBodyBytes: 1_048_576,
  // Below the server's 16 MiB: the envelope around the events needs room too.
  maxInflatedBytes: 15 * 1_048_576,
};

function positive(value, fallback) {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : fallback;
}

function object(value) {
  return value && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** Where to send when nobody says: beside the script, or beside the assets folder it came from. */
export function deriveEventsUrl(scriptUrl, base) {
  if (!scriptUrl) return null;
  try {
    const url = new URL(scriptUrl, base);
    if (!/^https?:$/.test(url.protocol)) return null;
    url.pathname = url.pathname.replace(/(?:assets\/)?[^/]*$/, "events");
    url.hash = "";
    return url.href;
  } catch {
    return null;
  }
}

/** `raw` is the parsed element, or null when there is none: then GPC counts, as on a default server. */
export function normalizeConfig(raw, scriptUrl, base) {
  const given = object(raw);
  const eventsUrl = typeof given.eventsUrl === "string" && given.eventsUrl ? given.eventsUrl : null;
  return {
    eventsUrl: eventsUrl || (raw ? null : deriveEventsUrl(scriptUrl, base)),
    flushIntervalMs: positive(given.flushIntervalMs, DEFAULTS.flushIntervalMs),
    flushEventThreshold: positive(given.flushEventThreshold, DEFAULTS.flushEventThreshold),
    recorderOptions: object(given.recorderOptions),
    crossTabSessions: given.crossTabSessions !== false,
    redaction: object(given.redaction),
    sessionIdleTimeoutMs: positive(given.sessionIdleTimeoutMs, DEFAULTS.sessionIdleTimeoutMs),
    sessionMaxAgeMs: positive(given.sessionMaxAgeMs, DEFAULTS.sessionMaxAgeMs),
    maxBodyBytes: positive(given.maxBodyBytes, DEFAULTS.maxBodyBytes),
    maxInflatedBytes: positive(given.maxInflatedBytes, DEFAULTS.maxInflatedBytes),
    captureMetadata: given.captureMetadata === true,
    strictMasking: given.strictMasking === true,
    optOutMarker: typeof given.optOutCookieName === "string" && given.optOutCookieName ? given.optOutCookieName : DEFAULT_MARKER,
    respectGpc: raw ? given.respectGpc === true : true,
    // Trackers read their own switches from here.
    given,
  };
}

export function readConfig(scriptUrl) {
  const element = document.getElementById(ELEMENT_ID);
  let raw = null;
  if (element) {
    try {
      raw = JSON.parse(element.textContent);
      if (!raw || typeof raw !== "object" || Array.isArray(raw)) raw = null;
    } catch {
      raw = null;
    }
    if (!raw) warn("the configuration element holds no JSON object; using defaults");
  }
  return normalizeConfig(raw, scriptUrl, document.baseURI);
}
