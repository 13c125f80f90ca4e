// What the operator's recorder options mean for the filter. rrweb itself records raw.

import { warn } from "../quiet.js";

const DEFAULT_SELECTORS = { blockSelector: "[data-rr-block]", maskTextSelector: "[data-rr-mask]", ignoreSelector: "[data-rr-ignore]" };

/** undefined = default; null = operator switched the attribute off; false = invalid. */
function selector(options, name) {
  if (!(name in options) || options[name] === undefined) return DEFAULT_SELECTORS[name];
  const value = options[name];
  if (value === null || value === "") return null;
  try {
    document.createDocumentFragment().querySelector(value);
    return String(value);
  } catch {
    warn(`${name} is not a valid selector; masking the whole page instead`);
    return false;
  }
}

/** A rule matches by attribute, by class, or by an operator's selector (which needs the live element). */
function rule(options, name, attribute, className) {
  const chosen = selector(options, name);
  return {
    attribute: chosen === DEFAULT_SELECTORS[name] ? attribute : null,
    className: typeof options[className[0]] === "string" && options[className[0]] ? options[className[0]] : className[1],
    selector: chosen && chosen !== DEFAULT_SELECTORS[name] ? chosen : null,
    invalid: chosen === false,
  };
}

export function maskingSettings(options = {}, strict = false) {
  const block = rule(options, "blockSelector", "data-rr-block", ["blockClass", "rr-block"]);
  const mask = rule(options, "maskTextSelector", "data-rr-mask", ["maskTextClass", "rr-mask"]);
  const ignore = rule(options, "ignoreSelector", "data-rr-ignore", ["ignoreClass", "rr-ignore"]);
  const types = options.maskInputOptions;
  return {
    block,
    mask,
    ignore,
    strict: strict || block.invalid || mask.invalid || ignore.invalid,
    maskAllInputs: options.maskAllInputs !== false,
    maskInputOptions: types && typeof types === "object" ? types : {},
    needsLive: Boolean(block.selector || mask.selector || ignore.selector),
  };
}
