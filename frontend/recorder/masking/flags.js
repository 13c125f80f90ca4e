// The inherited state that decides what of an element may be seen.

export const NONE = 0;
export const MASK = 1;
export const UNMASK = 2;

const CONTROLS = new Set(["select", "textarea", "datalist", "option"]);
const EDITABLE = new Set(["", "true", "plaintext-only"]);

/** The top of a document. */
export const OPEN = Object.freeze({
  mode: NONE, maskedAbove: false, editable: false, blocked: false, ignored: false, control: null, sensitive: false, lost: false,
});
/** A node whose surroundings are unknown: as if every reason to hide it applied. */
export const CLOSED = Object.freeze({ ...OPEN, mode: MASK, maskedAbove: true, sensitive: true, lost: true });

function hasClass(classes, name) {
  return typeof classes === "string" && classes.includes(name) && classes.split(/\s+/).includes(name);
}

function marked(rule, get) {
  return (rule.attribute !== null && get(rule.attribute) != null) || hasClass(get("class"), rule.className);
}

function selected(rule, live) {
  return rule.selector !== null && (!live || !live.matches || live.matches(rule.selector));
}

/**
 * Flags of an element below `above`. `get(name)` reads an attribute, `live` is the element when it is known.
 * The nearest of mask and unmask decides; an operator's selector does not reach into an unmasked region.
 */
export function step(above, tag, get, live, settings, isSensitive) {
  if (above.lost) return above;
  let flags = above;
  const own = () => (flags === above ? (flags = { ...above }) : flags);
  if (marked(settings.mask, get)) {
    own().mode = MASK;
    flags.maskedAbove = true;
  } else if (get("data-sentiero-unmask") != null) {
    own().mode = UNMASK;
  } else if (above.mode === NONE && selected(settings.mask, live)) {
    own().mode = MASK;
    flags.maskedAbove = true;
  }
  const editable = get("contenteditable");
  if (editable != null) {
    const value = String(editable).toLowerCase();
    if (EDITABLE.has(value)) own().editable = true;
    else if (value === "false") own().editable = false;
  }
  if (marked(settings.block, get) || selected(settings.block, live)) own().blocked = true;
  if (marked(settings.ignore, get) || selected(settings.ignore, live)) own().ignored = true;
  if (CONTROLS.has(tag)) {
    if (tag !== "option" || !above.control) own().control = tag;
    if (isSensitive()) own().sensitive = true;
  }
  return flags;
}

/** Unmasking ends at shadow roots and frames; hiding goes on. */
export function acrossBoundary(flags) {
  if (flags.mode !== UNMASK && !flags.control) return flags;
  const mode = flags.mode === UNMASK ? (flags.maskedAbove ? MASK : NONE) : flags.mode;
  return { ...flags, mode, control: null };
}

/** Is text at this place hidden (not counting form controls)? */
export function hidesText(flags, settings) {
  if (flags.mode !== NONE) return flags.mode === MASK;
  return settings.strict || (flags.editable && settings.maskAllInputs);
}

/** Is the value of a control hidden? `tag` and `type` as in maskInputOptions. */
export function hidesValue(flags, tag, type, sensitive, settings) {
  if (sensitive || flags.sensitive || flags.ignored) return true;
  if (flags.mode !== NONE) return flags.mode === MASK;
  return settings.strict || settings.maskAllInputs || Boolean(settings.maskInputOptions[type] || settings.maskInputOptions[tag]);
}
