// May this page be recorded at all? Asked before anything is stored, set or sent.

import { expireCookie, readCookie, writeCookie } from "./cookies.js";
import { openStore } from "./storage.js";

/** Used when the operator names none, so that optOut() outlives the page in every set-up. */
export const DEFAULT_MARKER = "sentiero_optout";
const ONE_YEAR_SECONDS = 31_536_000;
export const CONSENT_KEY = "sentiero_consent";
const GRANTED = "granted";

function means(value) {
  return value !== null && value !== "" && value !== "0" && value !== "false";
}

export function isOptedOut(marker) {
  return means(readCookie(marker)) || means(openStore("localStorage").get(marker));
}

export function hasGlobalPrivacyControl() {
  return navigator.globalPrivacyControl === true || navigator.globalPrivacyControl === "1";
}

export function mayRecord(config) {
  if (isOptedOut(config.optOutMarker)) return false;
  return !(config.respectGpc && hasGlobalPrivacyControl());
}

export function rememberOptOut(marker) {
  writeCookie(marker, "1", ONE_YEAR_SECONDS);
  openStore("localStorage").set(marker, "1");
}

export function forgetOptOut(marker) {
  expireCookie(marker);
  openStore("localStorage").remove(marker);
}

/** A storage that is blocked or full keeps what it was given as long as `store` lives. */
export function hasConsent(config, store) {
  return !config.requireConsent || store.get(CONSENT_KEY) === GRANTED;
}

export function rememberConsent(store) {
  store.set(CONSENT_KEY, GRANTED);
}

export function forgetConsent(store) {
  store.remove(CONSENT_KEY);
}

/** Calls back when another tab may have changed what is allowed or decided, and when this page missed that in the back/forward cache. */
export function onChangeElsewhere(keys, callback) {
  window.addEventListener("storage", ({ key }) => (key === null || keys.includes(key)) && callback());
  window.addEventListener("pageshow", ({ persisted }) => persisted && callback());
}
