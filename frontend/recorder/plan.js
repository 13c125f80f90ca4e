// What becomes of this session on this page: sampling, triggers, and what other pages of it have decided.

function pattern(glob) {
  return new RegExp(`^${glob.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replace(/\*+/g, ".*")}$`, "s");
}

function decoded(text) {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

/** `*` stands for any characters. A glob from `/` on is compared with the path alone, one with `#` with the fragment, too. */
export function matches(globs, { origin, pathname, hash }) {
  return globs.some((glob) => {
    const place = (glob[0] === "/" ? "" : origin) + pathname + (glob.includes("#") ? hash : "");
    return pattern(glob).test(place) || pattern(glob).test(decoded(place));
  });
}

/** Where a session stands between 0 and 1 by up to 8 hex digits of its id. */
export function position(digits) {
  return parseInt(`0${digits}`, 16) / 2 ** 32;
}

/** `recording`, `buffering` (until an error), `waiting` (for a trigger), `sampled-out` or `stopped` (for good). */
export function planFor(config, identity, place = location) {
  const { startUrls, stopUrls, startEvents, sampleRate, errorSampleRate } = config;
  if (matches(stopUrls, place)) identity.mark("stopped");
  if (matches(startUrls, place)) identity.mark("started");
  const { marks } = identity;
  if (marks.includes("stopped")) return "stopped";
  const digits = identity.sessionId.replace(/[^0-9a-f]/gi, "");
  const isSampled = marks.includes("error") || position(digits.slice(0, 8)) < sampleRate;
  // By other digits: the two choices are independent.
  if (!isSampled && position(digits.slice(-8)) >= errorSampleRate) return "sampled-out";
  if (startUrls.length + startEvents.length > 0 && !marks.includes("started")) return "waiting";
  return isSampled ? "recording" : "buffering";
}
