// Walks serialized nodes top-down, and live nodes bottom-up, to the same flags.

import { acrossBoundary, CLOSED, OPEN, step } from "./flags.js";
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

/** Masks a serialized node in place. `getNode` finds the live node of an id. */
export function maskTree(node, above, parentTag, settings, getNode) {
  switch (node.type) {
    case DOCUMENT:
      for (const child of node.childNodes) maskTree(child, above, "", settings, getNode);
      return;
    case ELEMENT: {
      const tag = node.tagName;
      const attributes = node.attributes;
      const get = (name) => attributes[name];
      const live = settings.needsLive || NEEDS_LIVE.has(tag) ? getNode(node.id) : null;
      const flags = step(above, tag, get, live, settings, sensitivity(tag, get, live));
      if (flags.blocked) {
        block(node, live || getNode(node.id));
        return;
      }
      maskAttributes(attributes, tag, get, live, flags, settings);
      for (const child of node.childNodes) maskTree(child, child.isShadow ? acrossBoundary(flags) : flags, tag, settings, getNode);
      return;
    }
    case TEXT:
      node.textContent = textOf(node.textContent, parentTag, above, settings);
      return;
    case CDATA:
    case COMMENT:
      node.textContent = ""; // Nobody sees it in a replay.
      return;
    default:
  }
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
