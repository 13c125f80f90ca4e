// What the operator configured: the JSON element over the script's data- attributes over the client's defaults.

import { DEFAULT_MARKER } from "./gate.js";
import { warn } from "./quiet.js";
import { readAttributes } from "./script-tag.js";

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
  minDurationMs: 0,
};

const LISTS = ["startUrls", "stopUrls", "startEvents", "stopEvents", "captureConsole"];

function positive(value, fallback) {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : fallback;
}

function object(value) {
  return value && typeof value === "object" && !Array.isArray(value) ? value : {};
}

/** A share between 0 and 1. */
function rate(value, fallback) {
  return value >= 0 && value <= 1 && typeof value === "number" ? value : fallback;
}

/** Of texts: an array, or one text with commas between. */
function list(value) {
  const items = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return items.filter((item) => typeof item === "string").map((item) => item.trim()).filter(Boolean);
}

/** For switches that protect people: anything but a clear no is a yes. */
function isOn(value) {
  return Boolean(value) && !/^(false|0|no|off)$/i.test(value);
}

function text(value) {
  return typeof value === "string" && value ? value : null;
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

/** `raw` is the parsed element, or null when there is none: then GPC counts unless `attributes` say otherwise, as on a default server. */
export function normalizeConfig(raw, scriptUrl, base, attributes = {}) {
  const given = { __proto__: null, ...attributes, ...object(raw) };
  // Rules of masking or redaction that cannot be read may have hidden anything.
  const unreadable = [given.recorderOptions, given.redaction].some((value) => typeof value === "string");
  if (unreadable) warn("recorderOptions or redaction is no JSON object; hiding all text");
  if (given.errorSampleRate > 0 && given.captureErrors !== true) warn("errorSampleRate needs captureErrors");
  const config = {
    // Trackers read their own switches from here.
    given,
    eventsUrl: text(given.eventsUrl) || (raw ? null : deriveEventsUrl(scriptUrl, base)),
    recorderOptions: object(given.recorderOptions),
    redaction: object(given.redaction),
    crossTabSessions: given.crossTabSessions !== false,
    captureMetadata: given.captureMetadata === true,
    captureNetwork: given.captureNetwork === true,
    strictMasking: unreadable || isOn(given.strictMasking),
    requireConsent: isOn(given.requireConsent),
    respectGpc: isOn(!raw && given.respectGpc === undefined ? true : given.respectGpc),
    sampleRate: rate(given.sampleRate, 1),
    errorSampleRate: rate(given.errorSampleRate, 0),
    appVersion: (text(given.appVersion) || "").slice(0, 64),
    optOutMarker: text(given.optOutCookieName) || DEFAULT_MARKER,
  };
  for (const key of Object.keys(DEFAULTS)) config[key] = positive(given[key], DEFAULTS[key]);
  for (const key of LISTS) config[key] = list(given[key]);
  if (given.captureConsole === true) config.captureConsole = ["error", "warn"];
  return config;
}

export function configElement() {
  return document.getElementById(ELEMENT_ID);
}

/** `script` is our own element, if it is known. */
export function readConfig(script) {
  const attributes = readAttributes(script);
  const element = configElement();
  let raw = null;
  if (element) {
    try {
      raw = JSON.parse(element.textContent);
    } catch {
      // Said below.
    }
    if (!raw || typeof raw !== "object" || Array.isArray(raw)) {
      raw = null;
      warn("the configuration is no JSON object; hiding all text");
      attributes.strictMasking = true;
      if (element.textContent.includes("requireConsent")) attributes.requireConsent = true;
    }
  }
  return normalizeConfig(raw, script && script.src, document.baseURI, attributes);
}
