// The browser twin of the redaction engine, built from the `redaction` object of the configuration.

import { warn } from "../quiet.js";
import { ParameterFilter } from "./parameter-filter.js";
import { textRedactor } from "./patterns.js";
import { urlRedactor } from "./url.js";

const META = 4;
const CUSTOM = 5;
const PLUGIN = 6;

/** Payload fields with a known meaning; their names stay whatever the patterns say. */
const FIELDS = {
  navigation: { url: "url", text: "text" },
  __form_submit: { url: "url" },
  error: { source: "url", message: "text", stack: "text" },
  __click: { selector: "text" },
};
const METADATA = { url: "url", referrer: "url", entry_url: "url", entry_referrer: "url" };

function strings(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function own(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
}

/** Assignment would call the setter of a key like __proto__; definition does not. */
function define(target, key, value) {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

export class Redactor {
  constructor(settings = {}) {
    this.text = textRedactor({
      disabled: new Set(strings(settings.disabledPatterns)),
      custom: strings(settings.customPatterns),
      onInvalid: (source) => warn(`skipping an invalid custom pattern: ${source}`),
    });
    this.url = urlRedactor({
      mode: settings.urlMode,
      filter: new ParameterFilter(strings(settings.urlParamAllowlist), strings(settings.urlParamDenylist)),
      text: this.text,
    });
    this.urlThenText = (value) => this.text(this.url(value));
  }

  /** All strings of a value by `how`, nested keys as text; on a collision the last key wins. `how` may look at the key. */
  deep(value, how = this.text, key = null) {
    if (typeof value === "string") return how(value, key);
    if (Array.isArray(value)) return value.map((item) => this.deep(item, how));
    if (!isObject(value)) return value;
    const result = {};
    for (const name of Object.keys(value)) define(result, this.text(name), this.deep(value[name], how, name));
    return result;
  }

  field(value, role) {
    if (role !== "url") return this.deep(value);
    return typeof value === "string" ? this.url(value) : this.deep(value, this.urlThenText);
  }

  fields(object, roles) {
    const result = {};
    for (const key of Object.keys(object)) {
      const role = own(roles, key);
      define(result, role ? key : this.text(key), this.field(object[key], role));
    }
    return result;
  }

  metadata(metadata) {
    return this.fields(metadata, METADATA);
  }

  /** Mutates and returns the event. Page content (types 2 and 3) is masked elsewhere and passes as it is. */
  event(event) {
    const { data } = event;
    if (event.type === PLUGIN) event.data = this.plugin(data);
    if (!isObject(data)) return event;
    if (event.type === META && "href" in data) data.href = this.field(data.href, "url");
    if (event.type === CUSTOM && "payload" in data) data.payload = this.payload(data.payload, own(FIELDS, data.tag) || {});
    return event;
  }

  payload(payload, roles) {
    return isObject(payload) ? this.fields(payload, roles) : this.deep(payload);
  }

  /** Console and network entries: a `name` is the address of a request. */
  plugin(data) {
    if (!isObject(data)) return this.deep(data);
    if ("payload" in data) data.payload = this.deep(data.payload, (text, key) => (key === "name" ? this.url(text) : this.text(text)));
    return data;
  }
}
