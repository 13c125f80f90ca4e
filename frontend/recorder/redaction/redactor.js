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
  error: { url: "url", source: "url", message: "text", stack: "text", release: "release" },
  __click: { selector: "text" },
};
const PAGE_CONTENT = [0, 1, 2, 3];
/** Values and names that stay whatever the patterns say: they say what an event is. */
const OURS = [...Object.keys(FIELDS), "__perf", "__recorder", "rrweb/console@1", "rrweb/network@1"];
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
      checksCards: settings.cardCheck !== false,
      onInvalid: (source) => warn(`skipping an invalid custom pattern: ${source}`),
    });
    this.url = urlRedactor({
      mode: settings.urlMode,
      filter: new ParameterFilter(strings(settings.urlParamAllowlist), strings(settings.urlParamDenylist)),
      text: this.text,
    });
    this.urlThenText = (value) => this.text(this.url(value));
    // Commit ids look like secrets, and stay; without a letter it may be a card.
    this.release = (value) => (/^(?=.*[a-f])[\da-f]{7,64}$/i.test(value) ? value : this.deep(value));
    // Of console and network entries: a `name` is the address of a request.
    this.pluginText = (value, key) => (key === "name" ? this.url(value) : this.text(value));
  }

  /** All strings of a value by `how`, nested keys as text; on a collision the last key wins. `how` may look at the key. */
  deep(value, how = this.text, key = null) {
    if (typeof value === "string") return how(value, key);
    if (Array.isArray(value)) return value.map((item) => this.deep(item, how));
    if (!isObject(value)) return value;
    const result = {};
    for (const name of Object.keys(value)) {
      const isKept = how === this.pluginText && name === "name";
      define(result, isKept ? name : this.text(name), this.deep(value[name], how, name));
    }
    return result;
  }

  /** A role is "url", "text", "release" or a function. */
  field(value, role) {
    if (typeof role === "function") return role(value);
    if (role === "release") return this.release(value);
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

  /** Page content (`data` of the types 0 to 3) is masked elsewhere and passes as it is; all else of an event is redacted. */
  event(event) {
    return this.fields(event, { type: "text", timestamp: (value) => value, data: (data) => this.data(data, event.type) });
  }

  data(data, type) {
    if (PAGE_CONTENT.includes(type)) return data;
    if (!isObject(data) || ![META, CUSTOM, PLUGIN].includes(type)) return this.deep(data);
    const name = (value) => (OURS.includes(value) ? value : this.deep(value));
    if (type === META) return this.fields(data, { href: "url", width: "text", height: "text" });
    if (type === CUSTOM) return this.fields(data, { tag: name, payload: (value) => this.payload(value, own(FIELDS, data.tag) || {}) });
    return this.fields(data, { plugin: name, payload: (value) => this.deep(value, this.pluginText) });
  }

  payload(payload, roles) {
    return isObject(payload) ? this.fields(payload, roles) : this.deep(payload);
  }
}
