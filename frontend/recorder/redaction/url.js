// URL treatment of fields known to be URLs.

export const BUILT_IN_DENYLIST = [
  "token", "access_token", "refresh_token", "id_token", "password", "passwd", "pwd", "secret", "api_key",
  "apikey", "key", "sig", "signature", "code", "auth", "session", "sessionid", "otp",
];

function strip(text) {
  return text.slice(0, text.search(/[?#]|$/));
}

/** Decodes the valid escapes and leaves the rest; null when the result is not UTF-8. `+` is left alone. */
export function percentDecode(text) {
  if (!text.includes("%")) return text;
  const source = new TextEncoder().encode(text);
  const bytes = [];
  for (let i = 0; i < source.length; i++) {
    const hex = source[i] === 37 ? String.fromCharCode(source[i + 1], source[i + 2]) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(source[i]);
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    return null;
  }
}

function filterPair(pair, { allow, deny, text }) {
  const at = pair.indexOf("=");
  const rawName = at < 0 ? pair : pair.slice(0, at);
  const name = rawName.toLowerCase();
  if (deny.has(name)) return null;
  if (allow.has(name) || at < 0) return pair;
  const raw = pair.slice(at + 1);
  const decoded = percentDecode(raw) ?? raw;
  const redacted = text(decoded);
  return redacted === decoded ? pair : `${rawName}=${redacted}`;
}

function keepFiltered(text, rules) {
  const hash = text.indexOf("#");
  const beforeFragment = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? "" : rules.text(text.slice(hash + 1));
  const mark = beforeFragment.indexOf("?");
  const path = mark < 0 ? beforeFragment : beforeFragment.slice(0, mark);
  const pairs = mark < 0 ? [] : beforeFragment.slice(mark + 1).split("&");
  // As the server splits: trailing empty pairs do not count.
  while (pairs.length && pairs[pairs.length - 1] === "") pairs.pop();
  const kept = pairs.map((pair) => filterPair(pair, rules)).filter((pair) => pair !== null);
  return path + (kept.length ? `?${kept.join("&")}` : "") + (fragment ? `#${fragment}` : "");
}

/** A function string -> string. Unknown modes strip. */
export function urlRedactor({ mode, allow, deny, text }) {
  if (mode === "keepAll") return (url) => url;
  if (mode === "keepFiltered") return (url) => keepFiltered(url, { allow, deny, text });
  return strip;
}
