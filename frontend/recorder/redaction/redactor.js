// The browser twin of the redaction engine. Built from the `redaction` object of the configuration.

import { warn } from "../quiet.js";
import { textPatterns, textRedactor } from "./patterns.js";
import { BUILT_IN_DENYLIST, urlRedactor } from "./url.js";

const URL_FIELDS = {
  navigation: new Set(["url"]),
  __form_submit: new Set(["url"]),
  error: new Set(["source"]),
};
const METADATA_URLS = new Set(["url", "referrer", "entry_url", "entry_referrer"]);
const NETWORK_PLUGIN = "rrweb/network@1";

const CUSTOM = 5;
const META = 4;
const PLUGIN = 6;

function strings(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function isObject(value) {
  return value !== null && typeof value === "object";
}

/** Assignment would call the setter of a key like __proto__; definition does not. */
function define(target, key, value) {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

export class Redactor {
  constructor(settings = {}) {
    const custom = strings(settings.customPatterns);
    const patterns = textPatterns({
      disabled: new Set(strings(settings.disabledPatterns)),
      custom,
      onInvalid: (source) => warn(`skipping an invalid custom pattern: ${source}`),
    });
    const lower = (list) => strings(list).map((name) => name.toLowerCase());
    this.text = textRedactor(patterns, custom.length > 0);
    this.url = urlRedactor({
      mode: settings.urlMode,
      allow: new Set(lower(settings.urlParamAllowlist)),
      deny: new Set([...BUILT_IN_DENYLIST, ...lower(settings.urlParamDenylist)]),
      text: this.text,
    });
  }

  /** Strings, arrays and objects all the way down, nested keys too; on a collision the last key wins. */
  deep(value) {
    if (typeof value === "string") return this.text(value);
    if (!isObject(value)) return value;
    if (Array.isArray(value)) return value.map((item) => this.deep(item));
    const result = {};
    for (const key of Object.keys(value)) define(result, this.text(key), this.deep(value[key]));
    return result;
  }

  /** One level: top-level keys stay, fields in `urls` get the URL treatment. */
  fields(object, urls) {
    const result = {};
    for (const key of Object.keys(object)) {
      const value = object[key];
      define(result, key, urls && urls.has(key) && typeof value === "string" ? this.url(value) : this.deep(value));
    }
    return result;
  }

  metadata(metadata) {
    return this.fields(metadata, METADATA_URLS);
  }

  /** Mutates and returns the event. Page content (types 2 and 3) is masked elsewhere and passes as it is. */
  event(event) {
    const data = event.data;
    if (!isObject(data) || Array.isArray(data)) return event;
    if (event.type === META && typeof data.href === "string") data.href = this.url(data.href);
    else if (event.type === CUSTOM && "payload" in data) data.payload = this.payload(data.payload, URL_FIELDS[data.tag]);
    else if (event.type === PLUGIN && "payload" in data) data.payload = this.plugin(data.plugin, data.payload);
    return event;
  }

  payload(payload, urls) {
    return isObject(payload) && !Array.isArray(payload) ? this.fields(payload, urls) : this.deep(payload);
  }

  plugin(name, payload) {
    const redacted = this.deep(payload);
    if (name !== NETWORK_PLUGIN || !isObject(payload) || !Array.isArray(payload.requests)) return redacted;
    redacted.requests = payload.requests.map((request) =>
      isObject(request) && typeof request.name === "string" ? { ...this.deep(request), name: this.url(request.name) } : this.deep(request),
    );
    return redacted;
  }
}
