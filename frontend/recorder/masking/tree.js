// Walks serialized nodes top-down, and live nodes bottom-up, to the same flags.

import { acrossBoundary, CLOSED, OPEN, step } from "./flags.js";
import { stringify } from "../serialize.js";
import { isSecret } from "./secrets.js";
import { inputType, maskAttributes, textOf } from "./values.js";

const DOCUMENT = 0;
const ELEMENT = 2;
const TEXT = 3;
const CDATA = 4;
const COMMENT = 5;

const NEEDS_LIVE = new Set(["input", "textarea", "select", "option", "datalist"]);

function sensitivity(tag, get, live) {
  return () => isSecret(tag === "input" ? inputType(get, live) : "", get, live);
}

/** Children and content go, the size stays. */
function block(node, live) {
  const { rr_width, rr_height } = node.attributes;
  const size = { rr_width, rr_height };
  if (rr_width === undefined && live && live.getBoundingClientRect) {
    const box = live.getBoundingClientRect();
    size.rr_width = `${box.width}px`;
    size.rr_height = `${box.height}px`;
  }
  node.attributes = { class: "rr-block", ...size };
  node.childNodes = [];
}

/** Masks a serialized node in place, but not what is below it. Returns the flags of that, or null when nothing of it is left. */
function maskNode(node, above, parentTag, settings, getNode) {
  const { type, tagName: tag, attributes } = node;
  if (type === TEXT) node.textContent = textOf(node.textContent, parentTag, above, settings);
  else if (type === CDATA || type === COMMENT) node.textContent = ""; // Nobody sees it in a replay.
  if (type !== ELEMENT) return above;
  const get = (name) => attributes[name];
  const isControl = NEEDS_LIVE.has(tag);
  const live = settings.needsLive || isControl ? getNode(node.id) : null;
  // A field that is gone may have been a password: what it was is not known any more.
  const flags = step(isControl && !live ? CLOSED : above, tag, get, live, settings, sensitivity(tag, get, live));
  if (flags.blocked) {
    block(node, live || getNode(node.id));
    return null;
  }
  maskAttributes(attributes, tag, get, live, flags, settings);
  return flags;
}

function flagsFor(child, flags) {
  return child.isShadow ? acrossBoundary(flags) : flags;
}

/** Masks a serialized node and all below it in place. `getNode` finds the live node of an id. */
export function maskTree(node, above, parentTag, settings, getNode) {
  const flags = maskNode(node, above, parentTag, settings, getNode);
  if (flags) for (const child of node.childNodes || []) maskTree(child, flagsFor(child, flags), node.tagName || "", settings, getNode);
}

/** The same as JSON, piece by piece: each is masked when it is asked for. */
export function* maskedText(node, above, parentTag, settings, getNode) {
  const flags = maskNode(node, above, parentTag, settings, getNode);
  const { childNodes, ...own } = node;
  if (!childNodes) {
    yield stringify(own);
    return;
  }
  yield stringify(own).slice(0, -1);
  let before = ',"childNodes":[';
  for (const child of childNodes) {
    yield before;
    yield* maskedText(child, flagsFor(child, flags), node.tagName || "", settings, getNode);
    before = ",";
  }
  yield before === "," ? "]}" : before + "]}";
}

export function tagOf(node) {
  return node && node.nodeType === 1 ? String(node.tagName).toLowerCase() : "";
}

function frameOf(document) {
  try {
    return document.defaultView ? document.defaultView.frameElement : null;
  } catch {
    return null;
  }
}

/** Flags of live nodes, remembered for the one event that is being filtered. */
export class LiveFlags {
  constructor(settings) {
    this.settings = settings;
    this.known = new Map();
  }

  of(node) {
    if (!node) return CLOSED;
    let flags = this.known.get(node);
    if (!flags) {
      flags = this.find(node);
      this.known.set(node, flags);
    }
    return flags;
  }

  find(node) {
    if (node.nodeType === 9) {
      const frame = node === document ? null : frameOf(node);
      const flags = frame ? acrossBoundary(this.of(frame)) : OPEN;
      return node.designMode === "on" ? { ...flags, editable: true } : flags;
    }
    if (node.nodeType === 11) return node.host ? acrossBoundary(this.of(node.host)) : CLOSED;
    // A detached tree has no surroundings to judge by.
    const above = node.parentNode ? this.of(node.parentNode) : CLOSED;
    if (node.nodeType !== 1) return above;
    const tag = tagOf(node);
    const get = (name) => node.getAttribute(name);
    return step(above, tag, get, node, this.settings, sensitivity(tag, get, node));
  }
}
