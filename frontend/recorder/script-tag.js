// The one-line form: `<script src="…/recorder.js" data-sample-rate="0.1" …>`, named as the JSON keys are, in kebab case.

/** As they stand: "1.10" is a version, not a number. */
const TEXTS = new Set(["eventsUrl", "optOutCookieName", "appVersion"]);

/** Our own element; null in a module, or when its text was put into another script. */
export function ownScript() {
  return document.currentScript || document.querySelector('script[src*="/recorder"]');
}

/** Numbers, switches, JSON lists and objects are read as such; anything else is text. An empty attribute is a yes. */
export function readAttributes(script) {
  const given = {};
  for (const [key, value] of Object.entries((script && script.dataset) || {})) {
    given[key] = value;
    if (TEXTS.has(key)) continue;
    try {
      given[key] = value === "" || JSON.parse(value);
    } catch {
      // Text, then.
    }
  }
  return given;
}
