// Masks one mutation event by the live surroundings of each node it names.

import { CLOSED } from "./flags.js";
import { rememberTypeChange } from "./secrets.js";
import { LiveFlags, maskTree, tagOf } from "./tree.js";
import { maskAttributes, textOf } from "./values.js";

const COMMENT_NODE = 8;

/** Returns false when nothing is left to say. */
export function maskMutation(data, settings, getNode) {
  const flags = new LiveFlags(settings);

  // First, so that a field made visible in the same breath in which it is added is remembered in time.
  for (const change of data.attributes || []) {
    if ("type" in change.attributes) rememberTypeChange(getNode(change.id));
  }

  data.adds = (data.adds || []).filter((add) => {
    const live = getNode(add.node.id);
    const isDocument = live && live.nodeType === 9;
    const parent = live && !isDocument && live.parentNode ? live.parentNode : getNode(add.parentId);
    const above = isDocument ? flags.of(live) : flags.of(live ? parent : null);
    if (above.blocked) return false;
    maskTree(add.node, above, tagOf(parent), settings, getNode);
    return true;
  });

  data.texts = (data.texts || []).filter((text) => {
    const live = getNode(text.id);
    const at = flags.of(live);
    if (at.blocked) return false;
    if (live && live.nodeType === COMMENT_NODE) text.value = "";
    else text.value = textOf(text.value, live ? tagOf(live.parentNode) : "", at, settings);
    return true;
  });

  data.attributes = (data.attributes || []).filter((change) => {
    const live = getNode(change.id);
    const at = live ? flags.of(live) : CLOSED;
    if (at.blocked) return false;
    const get = (name) => (live && live.getAttribute ? live.getAttribute(name) : null);
    maskAttributes(change.attributes, tagOf(live), get, live, at, settings);
    return Object.keys(change.attributes).length > 0;
  });

  data.removes = (data.removes || []).filter((removal) => {
    const parent = getNode(removal.parentId);
    return !(parent && flags.of(parent).blocked);
  });

  return Boolean(data.adds.length || data.texts.length || data.attributes.length || data.removes.length);
}
