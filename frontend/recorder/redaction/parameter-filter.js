// Decides by a query parameter's name whether it is dropped, kept untouched or redacted.

import { decodeAll } from "./percent-coding.js";

export const BUILT_IN_DENYLIST = [
  "token", "access_token", "refresh_token", "id_token", "password", "passwd", "pwd", "secret", "api_key",
  "apikey", "key", "sig", "signature", "code", "auth", "session", "sessionid", "otp",
];
const LONGEST_NAME = 256;

const lower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const alphanumeric = (text) => text.replace(/[\0-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/g, "");

export class ParameterFilter {
  constructor(allowlist, denylist) {
    this.allowed = new Set(allowlist.map((name) => name.toLowerCase()));
    this.denied = new Set([...BUILT_IN_DENYLIST, ...denylist].map((name) => name.toLowerCase()));
    this.deniedWords = new Set([...this.denied].map(alphanumeric).filter(Boolean));
  }

  /** "drop", "keep" or "redact" for a name as written. */
  verdict(raw) {
    if (raw.length > LONGEST_NAME) return "drop";
    const name = decodeAll(raw);
    if (this.denied.has(lower(raw)) || this.denied.has(lower(name))) return "drop";
    if (this.allowed.has(lower(raw))) return "keep";
    return this.hasDeniedWord(name) ? "drop" : "redact";
  }

  /** `token[]`, `user_token`, `csrfToken`, `x-api-key` hold a denied name as one or several whole words. */
  hasDeniedWord(name) {
    const words = name
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .split(/[\0-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+/)
      .filter(Boolean)
      .map(lower);
    return words.some((_, first) => {
      let joined = "";
      return words.slice(first, first + 4).some((word) => this.deniedWords.has((joined += word)));
    });
  }
}
