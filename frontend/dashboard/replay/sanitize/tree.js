import { attributes } from "./attributes.js";
import { sheet, text } from "./styles.js";
import { isNodeId, isOwnName, isRecord, list, string } from "./values.js";

const DOCUMENT = 0;
const DOCTYPE = 1;
const ELEMENT = 2;
const TEXT = 3;
const CDATA = 4;
const COMMENT = 5;

const tagName = /^[a-z][\w.:-]{0,200}$/i;
// Only these, and custom elements, can have a shadow root.
const hosts = new Set("article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(" "));
// Chromium's parser goes no deeper than 512; the player builds a tree by recursion.
const deepest = 800;
// A drawing that uses a drawing that uses a drawing … grows with the power of its depth.
const mostUses = 2000;

/** A node with all below it, as far as a player can build it; undefined when there is nothing of it. Walks without recursion. */
export function tree(root, addresses) {
  const top = node(root, undefined, addresses);
  if (!top) return undefined;
  const open = [{ from: root, to: top, depth: 0 }];
  let uses = 0;
  while (open.length) {
    const { from, to, depth } = open.pop();
    if (!to.childNodes) continue;
    const kept = [];
    for (const child of depth < deepest ? list(from.childNodes) : []) {
      const clean = node(child, to, addresses);
      if (!clean) continue;
      if (clean.tagName === "use" && (uses += 1) > mostUses) continue;
      kept.push(clean);
      open.push({ from: child, to: clean, depth: depth + 1 });
    }
    to.childNodes = [...to.childNodes, ...(to.type === DOCUMENT ? ofDocument(kept) : kept)];
    if (to.childNodes.length === 0) delete to.compatMode;
  }
  return top;
}

/** One node without its children: a copy of what is known of its kind. */
function node(value, parent, addresses) {
  if (!isRecord(value) || !isNodeId(value.id)) return undefined;
  const clean = { type: value.type, id: value.id };
  if (isNodeId(value.rootId)) clean.rootId = value.rootId;
  if (value.isShadow === true) clean.isShadow = true;
  switch (value.type) {
    case DOCUMENT:
      if (parent) return undefined;
      clean.childNodes = [];
      if (value.compatMode === "BackCompat") clean.compatMode = "BackCompat";
      return clean;
    case DOCTYPE:
      if (parent && parent.type !== DOCUMENT) return undefined;
      return Object.assign(clean, { name: /^[a-z][\w-]*$/i.test(value.name) ? value.name : "html", publicId: string(value.publicId), systemId: string(value.systemId) });
    case ELEMENT:
      return element(value, clean, addresses);
    case TEXT:
    case CDATA: {
      if (parent?.type === DOCUMENT) return undefined;
      // Never marked as style: rrweb would read it (see styles.js).
      return Object.assign(clean, { type: TEXT, textContent: readText(value, parent, addresses) });
    }
    case COMMENT:
      return Object.assign(clean, { textContent: string(value.textContent) });
    default:
      return undefined;
  }
}

function readText({ isStyle, textContent }, parent, addresses) {
  if (isStyle === true || parent?.tagName === "style") return sheet(textContent, addresses);
  return parent ? string(textContent) : text(string(textContent), addresses);
}

function element(value, clean, addresses) {
  const isSVG = value.isSVG === true;
  const tag = safeName(value.tagName, isSVG);
  const local = tag.toLowerCase();
  const given = isRecord(value.attributes) ? value.attributes : {};
  const css = local === "link" || local === "style" ? given._cssText : undefined;
  const { _cssText, ...rest } = attributes(given, local, addresses);
  Object.assign(clean, { tagName: tag, attributes: rest, childNodes: [] });
  if (isSVG) clean.isSVG = true;
  if (value.isShadowHost === true && (hosts.has(local) || local.includes("-")) && !isSVG) clean.isShadowHost = true;
  if (value.needBlock === true) clean.needBlock = true;
  if (typeof css === "string" && css !== "") {
    // What rrweb makes of an inlined style sheet.
    clean.tagName = "style";
    clean.childNodes.push({ type: TEXT, id: -2, textContent: sheet(css, addresses) });
  }
  return clean;
}

/** The name, or that of an element which does nothing. rrweb itself turns `script` into `noscript`, but only in this spelling. */
function safeName(name, isSVG) {
  if (typeof name !== "string" || !tagName.test(name) || !isOwnName(name)) return isSVG ? "g" : "div";
  const local = name.slice(name.lastIndexOf(":") + 1).toLowerCase();
  if (local === "script") return isSVG ? "g" : "noscript";
  // The frame's own document is never a set of frames.
  if (local === "frameset") return "div";
  return isSVG && name.includes(":") ? local : name;
}

/** A document holds one doctype, one element, and comments. */
function ofDocument(children) {
  const count = { [DOCTYPE]: 0, [ELEMENT]: 0 };
  return children.filter((child) => child.type === COMMENT || ((count[child.type] += 1) <= 1 && (child.type !== DOCTYPE || !count[ELEMENT])));
}
