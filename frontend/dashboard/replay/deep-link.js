const EPOCH = 1e11;

/** The moment a link asks for, in ms since the window began: offsets are small, epoch times are not. Undefined without one. */
export function requestedOffset(search, start, end) {
  const text = new URLSearchParams(search).get("t");
  if (text === null || text.trim() === "" || !Number.isFinite(Number(text))) return undefined;
  const value = Number(text);
  return Math.min(Math.max(0, value >= EPOCH ? value - start : value), Math.max(0, end - start));
}

/** A link to a moment of this page. */
export function linkTo(offset) {
  const url = new URL(location.href);
  url.searchParams.set("t", String(Math.round(offset)));
  url.hash = "";
  return url.href;
}
