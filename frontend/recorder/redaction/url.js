// Treatment of fields that are URLs as a whole. In every mode credentials before the host are taken out and the path is
// redacted as text; what was percent-encoded is looked at decoded.

import { MARKER, untilStable } from "./patterns.js";
import { decode, encode, MAX_LAYERS } from "./percent-coding.js";

/** Parameters or path segments: a URL with more is hostile, and that part of it is replaced whole. */
const MAX_PARTS = 1000;

function withoutCredentials(base) {
  return base.replace(/^((?:[A-Za-z0-9.+-]*:)?\/\/)([^/\\]*)@/, (match, start, who) => (who === MARKER ? match : `${start}${MARKER}@`));
}

/** A function string -> string. Modes: keepAll, keepFiltered; any other strips query and fragment. */
export function urlRedactor({ mode, filter, text }) {
  /**
   * Redacts what the part means, however often it was encoded and whether `+` is a space in it or not; its own encoding stays when there
   * is nothing to redact.
   */
  const part = (raw) => {
    let encoded = raw;
    for (let layer = 0; layer < MAX_LAYERS; layer++) {
      const decoded = decode(encoded);
      let redacted = text(decoded.text);
      const spaced = redacted.replace(/\+/g, " ");
      if (text(spaced) !== spaced) redacted = text(spaced);
      if (redacted !== decoded.text) return encode(redacted, decoded.isText);
      if (decoded.text === encoded) break;
      encoded = decoded.text;
    }
    return raw;
  };

  const path = (base) => {
    const plain = text(withoutCredentials(base));
    if (!/[%+]/.test(plain)) return plain;
    const segments = plain.split("/");
    return segments.length > MAX_PARTS ? MARKER : segments.map(part).join("/");
  };

  const query = (raw) => {
    const pairs = raw.split("&");
    if (pairs.length > MAX_PARTS) return `?${MARKER}`;
    while (pairs.length && pairs[pairs.length - 1] === "") pairs.pop();
    const kept = [];
    for (const pair of pairs) {
      const at = pair.indexOf("=");
      const name = at < 0 ? pair : pair.slice(0, at);
      const verdict = filter.verdict(name);
      if (verdict === "keep") kept.push(pair);
      else if (verdict === "redact") kept.push(at < 0 ? part(name) : `${part(name)}=${part(pair.slice(at + 1))}`);
    }
    return kept.length ? `?${kept.join("&")}` : "";
  };

  const fragment = (raw) => (raw === "" ? "" : `#${part(text(raw))}`);

  const once = (url) => {
    const hash = url.indexOf("#") < 0 ? url.length : url.indexOf("#");
    const question = url.slice(0, hash).indexOf("?");
    const mark = question < 0 ? hash : question;
    let result = path(url.slice(0, mark));
    if (mode === "keepAll") result += url.slice(mark);
    if (mode === "keepFiltered") {
      if (mark < hash) result += query(url.slice(mark + 1, hash));
      if (hash < url.length) result += fragment(url.slice(hash + 1));
    }
    return result;
  };

  return (url) => untilStable(url, once);
}
