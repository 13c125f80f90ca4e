// May this page be recorded at all? Asked before anything is stored, set or sent.

import { expireCookie, readCookie, writeCookie } from "./cookies.js";
import { openStore } from "./storage.js";

/** Used when the operator names none, so that optOut() outlives the page in every set-up. */
export const DEFAULT_MARKER = "sentiero_optout";
const ONE_YEAR_SECONDS = 31_536_000;

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

/** Calls back when another tab of this origin opts out. Returns a function that stops listening. */
export function onOptOutElsewhere(marker, callback) {
  const listener = (event) => {
    if (event.key === marker && means(event.newValue)) callback();
  };
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}
