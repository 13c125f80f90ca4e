const inlined = /^data:(?:(?:image|audio|video|font)\/[\w.+-]+)?[;,]/i;
const inlinedFont = /^data:(?:font\/|application\/(?:x-)?font|application\/vnd\.ms-fontobject|application\/octet-stream)/i;
const followed = /^(?:https?:\/\/|mailto:|tel:|sms:)/i;
const schemed = /^[^/?#]*:/;
// Browsers skip these inside an address, and white space around it.
const ignored = /[\u0000-\u001f\u007f\u00a0\ufeff]+/g;

/** Says which addresses of a recording may stay, and counts those of assets that may not. */
export class Addresses {
  /** @param origins whose assets an operator allowed. */
  constructor(origins = [], onBlocked = () => {}) {
    this.origins = new Set(origins);
    this.onBlocked = onBlocked;
  }

  /** An address something is fetched from. Undefined when it may not be; what was inlined and places in the page itself always may. */
  asset(value) {
    if (typeof value !== "string") return undefined;
    const text = value.replace(ignored, "").trim();
    if (text === "" || inlined.test(text) || inlinedFont.test(text) || text.startsWith("#")) return text;
    if (this.#isAllowed(text)) return text;
    this.onBlocked(text);
    return undefined;
  }

  /** The address of a picture or medium: there, a place in the page itself would be fetched as the page. */
  file(value) {
    const text = this.asset(value);
    return text?.startsWith("#") ? undefined : text;
  }

  /** Candidates of a `srcset`: all of them or none. */
  candidates(value) {
    if (typeof value !== "string") return undefined;
    const addresses = value.trim().split(/\s*,\s+|\s+[\d.]+[wxh]\s*,?\s*/).filter(Boolean);
    return addresses.every((address) => this.file(address) !== undefined) ? value : undefined;
  }

  /** Where a link leads. It is never followed here, but looks different from one that leads nowhere. */
  link(value) {
    if (typeof value !== "string") return undefined;
    const text = value.replace(ignored, "").trim();
    return followed.test(text) || !schemed.test(text) ? text : "#";
  }

  #isAllowed(text) {
    if (!this.origins.size) return false;
    try {
      return this.origins.has(new URL(text).origin);
    } catch {
      return false;
    }
  }
}
