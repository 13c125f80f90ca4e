import { isOwnName, isRecord, number } from "./values.js";
import { style } from "./styles.js";

const wellFormed = /^[^\s"'<>/=\u0000-\u001f\u007f]{1,200}$/;

// Addresses that are fetched as soon as they are set.
const fetched = new Set(["src", "poster", "data", "background", "lowsrc", "dynsrc", "classid", "codebase", "archive", "code", "icon", "rr_dataurl", "rr_src", "rr_captured_src"]);
// On these, an address is where a link leads.
const links = new Set(["a", "area", "math"]);
// Nothing of a replay needs these: they act, fetch, report, move the focus or change how the page is loaded.
const unwanted = new Set([
  "srcdoc", "action", "formaction", "formtarget", "target", "ping", "manifest", "http-equiv", "sandbox", "allow", "csp", "nonce", "integrity", "autofocus", "accesskey", "referrerpolicy",
  "attributionsrc", "browsingtopics", "sharedstoragewritable", "adauctionheaders", "imagesrcset", "is", "profile", "longdesc", "cite", "download", "autoplay", "blocking", "xml:base", "commandfor",
  "command", "popovertarget", "rrweb-original-src", "shadowrootmode",
]);
// What these load is never replayed.
const containers = new Set(["iframe", "frame", "object", "embed", "applet", "portal", "fencedframe", "webview", "param", "layer", "ilayer", "bgsound"]);
const animations = new Set(["animate", "set", "animatemotion", "animatetransform", "animatecolor", "discard"]);
const broken = "data:,";

/**
 * Attributes of an element in a snapshot, or those a change sets on an unknown one (`tag` undefined): then only what is harmless on any element stays.
 * What counts in a style sheet, such as classes and data attributes, stays as it is.
 */
export function attributes(values, tag, addresses) {
  const clean = {};
  if (!isRecord(values)) return clean;
  const isStylesheet = /^\s*(alternate\s+)?stylesheet\s*$/i.test(values.rel || "") && addresses.asset(values.href || "") !== undefined;
  for (const [name, value] of Object.entries(values)) {
    if (!wellFormed.test(name) || !isOwnName(name)) continue;
    const kept = attribute(name.toLowerCase(), value, tag, addresses, isStylesheet);
    if (kept !== undefined) clean[name] = kept;
  }
  return clean;
}

function attribute(name, value, tag, addresses, isStylesheet) {
  if (name.startsWith("on") || unwanted.has(name)) return undefined;
  if (value === null) return tag === undefined ? null : undefined;
  if (name === "style") return styleAttribute(value, tag, addresses);
  if (typeof value === "boolean") return value;
  if (name.startsWith("rr_")) return ofPlayer(name, value, tag, addresses);
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  if (tag === "base" || tag === "meta") return ofHead(name, value, tag);
  if (fetched.has(name)) return containers.has(tag) ? undefined : asset(name, value, addresses);
  if (name === "srcset") return addresses.candidates(value);
  if (name === "href" || name === "xlink:href") return reference(value, tag, addresses, isStylesheet);
  if (name === "rel") return links.has(tag) || isStylesheet ? value : undefined;
  if (name === "attributename" && /^(?:xlink:)?href$|^src|^on|^style$/i.test(value)) return undefined;
  if (["values", "from", "to", "by"].includes(name) && (tag === undefined || animations.has(tag)) && /:/.test(value)) return undefined;
  // Filters, masks and fills of drawings are style.
  if (/url\(|\\/i.test(value)) return presentation.has(name) ? style(value, addresses) : value;
  return value;
}

const presentation = new Set(["filter", "fill", "stroke", "mask", "clip-path", "marker", "marker-start", "marker-mid", "marker-end", "cursor"]);

/** A picture that may not be loaded shows what a browser shows when loading failed, without asking anybody. */
function asset(name, value, addresses) {
  const kept = addresses.file(value);
  return kept ?? (name === "src" ? broken : undefined);
}

function reference(value, tag, addresses, isStylesheet) {
  if (links.has(tag)) return addresses.link(value);
  if (tag === "link") return isStylesheet ? value : undefined;
  if (value.trim().startsWith("#")) return value;
  if (tag === undefined) return addresses.origins.size && addresses.asset(value) !== undefined ? value : "#";
  return addresses.asset(value);
}

function ofHead(name, value, tag) {
  if (tag === "base" && (name === "href" || name === "target")) return undefined;
  if (tag === "meta" && name === "name" && /referrer|monetization/i.test(value)) return undefined;
  return value;
}

/** rrweb's own attributes; what a player does with them differs by element. */
function ofPlayer(name, value, tag, addresses) {
  const isMedia = tag === "video" || tag === "audio";
  switch (name) {
    case "rr_dataurl":
      return tag === "canvas" || tag === "img" ? addresses.file(value) : undefined;
    case "rr_width":
    case "rr_height":
      return typeof value === "string" && /^-?[\d.]{1,9}(?:e[+-]?\d)?(?:px|%)$/.test(value) ? value : undefined;
    case "rr_scrollleft":
    case "rr_scrolltop":
      return number(value, -1e7, 1e7, undefined);
    case "rr_mediastate":
      return isMedia && (value === "played" || value === "paused") ? value : undefined;
    case "rr_mediacurrenttime":
      return isMedia ? number(value, 0, 1e7, undefined) : undefined;
    default:
      return undefined;
  }
}

/** Text, or in changes the declarations that changed: false removes one, a pair has a priority. */
function styleAttribute(value, tag, addresses) {
  if (typeof value === "string") return style(value, addresses);
  if (tag !== undefined || !isRecord(value)) return undefined;
  const clean = {};
  for (const [property, entry] of Object.entries(value)) {
    if (!isOwnName(property) || !wellFormed.test(property)) continue;
    if (entry === false) clean[property] = false;
    else if (typeof entry === "string") clean[property] = style(entry, addresses);
    else if (Array.isArray(entry) && typeof entry[0] === "string") clean[property] = [style(entry[0], addresses), entry[1] === "important" ? "important" : ""];
  }
  return clean;
}
