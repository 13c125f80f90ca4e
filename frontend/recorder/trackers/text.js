// Bounds on text, and stack traces without the recorder's own part in them.

/** Far more is not looked at: what is left of it after redaction is hardly read. */
const MOST = 50_000;

/** At most `limit` characters. What is too long is redacted by `redact` first, lest half a secret pass for none. */
export function cut(text, limit, redact) {
  if (text.length <= limit) return text;
  const redacted = redact(text.slice(0, MOST));
  return redacted.length <= limit ? redacted : `${redacted.slice(0, limit - 1)}…`;
}

const [, SELF] = /(https?:[^\s()]+?):\d+:\d+/.exec(String(new Error().stack)) || [];

function isForeign(line) {
  return !SELF || !line.includes(`${SELF}:`) || location.href.startsWith(SELF);
}

/** Wrapped functions put the recorder into traces of the page; all lines stay if nothing else is in there. */
export function withoutSelf(stack) {
  const lines = stack.split("\n");
  const kept = lines.filter(isForeign);
  return kept.some((line) => /:\d+/.test(line)) ? kept.join("\n") : stack;
}

/** Redaction cuts addresses at their query, and with it line and column, which a source map needs. */
export function withoutQueries(stack) {
  return stack.replace(/[?#][^\s?#]*(:\d+:\d+)(?=\)?$)/gm, "$1");
}

/** The places a stack trace names, from the inside out. */
export function frames(stack) {
  const lines = String(stack).split("\n").filter((line) => /:\d+/.test(line) && isForeign(line));
  return lines.map((line) => line.trim().replace(/^at /, ""));
}
