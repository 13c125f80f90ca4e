// Which attributes and texts of an element become stars.

import { hidesText, hidesValue } from "./flags.js";
import { isSecret } from "./secrets.js";

const BUTTONS = new Set(["submit", "button", "reset", "image"]);
const TOGGLES = new Set(["checkbox", "radio"]);
const SPOKEN = [
  "title", "alt", "placeholder", "aria-label", "label", "aria-description", "aria-placeholder", "aria-valuetext", "data-original-title",
];
const ADDRESSES = ["href", "xlink:href", "src"];
const FRAMES = new Set(["iframe", "frame", "object", "embed"]);

export const stars = (value) => "*".repeat(String(value).length);
export const starText = (value) => String(value).replace(/\S/g, "*");

/** The effective type of an input; a live element knows better than its attribute. */
export function inputType(get, live) {
  const own = live && typeof live.type === "string" ? live.type : get("type");
  return String(own || "text").toLowerCase();
}

/** Text of a node below an element `tag` with `flags`. */
export function textOf(value, tag, flags, settings) {
  if (!value) return value;
  if (tag === "style") return withoutQuery(value, settings);
  if (tag === "script") return "SCRIPT_PLACEHOLDER";
  if (tag === "noscript") return ""; // Never shown, and markup inside it has not been filtered.
  if (flags.control) {
    if (!hidesValue(flags, flags.control, "", false, settings)) return value;
    return flags.control === "textarea" ? stars(value) : starText(value);
  }
  return hidesText(flags, settings) ? starText(value) : value;
}

/** The rule for what a user entered: true when the value of this control is hidden. */
export function hidesEntry(tag, get, live, flags, settings) {
  if (tag === "button") return hidesText(flags, settings);
  if (tag !== "input") return hidesValue(flags, tag === "option" && flags.control ? flags.control : tag, "", isSecret("", get, live), settings);
  const type = inputType(get, live);
  // Looked at first, so that a password is remembered whatever it is now.
  const secret = isSecret(type, get, live);
  if (secret) return true;
  if (BUTTONS.has(type)) return hidesText(flags, settings);
  if (TOGGLES.has(type)) return false;
  return hidesValue(flags, tag, type, false, settings);
}

function hasEntry(tag) {
  return tag === "input" || tag === "textarea" || tag === "select" || tag === "option" || tag === "button" || tag.includes("-");
}

function star(attributes, name, how) {
  if (typeof attributes[name] === "string") attributes[name] = how(attributes[name]);
}

/** Masks a set of attributes in place: all of a serialized element, or those that changed. */
export function maskAttributes(attributes, tag, get, live, flags, settings) {
  // A lost node may be anything: treat it as every kind at once.
  if (flags.lost || (hasEntry(tag) && hidesEntry(tag, get, live, flags, settings))) {
    star(attributes, "value", stars);
    if (flags.lost || tag === "option") {
      star(attributes, "label", starText);
      delete attributes.selected;
    }
  }
  if (hidesText(flags, settings)) {
    for (const name of SPOKEN) star(attributes, name, starText);
    // Descriptions and titles of a page; not what the browser itself goes by.
    if (tag === "meta" && get("name") !== "viewport" && get("http-equiv") == null) star(attributes, "content", starText);
    if (typeof attributes.href === "string" && /^\s*(mailto|tel|sms):/i.test(attributes.href)) attributes.href = "";
    delete attributes.rr_dataURL;
  }
  delete attributes.srcdoc;
  if (flags.lost || FRAMES.has(tag)) {
    for (const name of ["src", "rr_src", "data"]) if (/^\s*data:/i.test(attributes[name])) delete attributes[name];
  }
  // Its event carries it, redacted.
  delete attributes["data-sentiero-data"];
  if (flags.lost || tag === "script") delete attributes.src;
  if (tag === "meta" && /csrf|token/i.test(get("name"))) star(attributes, "content", stars);
  for (const name of ADDRESSES) if (typeof attributes[name] === "string") attributes[name] = withoutPage(attributes[name], settings);
  star(attributes, "style", (css) => withoutQuery(css, settings));
}

/**
 * rrweb makes `#icon` absolute: the icon is gone on replay, and the page's own query, which the address of the page is
 * recorded without, is back.
 */
function withoutPage(address, { page: href = location.href }) {
  const [page] = href.split("#");
  if (address === page) return page.split("?")[0];
  return address.startsWith(`${page}#`) ? address.slice(page.length) : address;
}

/** Where the query has a slash, rrweb takes it for a folder of the page that relative addresses in styles start from. */
function withoutQuery(css, { page = location.href }) {
  const [path] = page.split(/[?#]/);
  return css.split(`${path}?`).map((part, i) => (i ? part.replace(/^[^)"'\s]*/, "") : part)).join(path);
}
