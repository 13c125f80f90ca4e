import { attributes } from "./attributes.js";
import { style, text } from "./styles.js";
import { tree } from "./tree.js";
import { isNodeId, isRecord, list, number, string } from "./values.js";

const farthest = 1e7;
export const largest = 16384;
const coordinate = (value) => number(value, -farthest, farthest, 0);
const isIndex = (value) => Number.isInteger(value) && value >= 0 && value < 1e6;
const isPath = (value) => Array.isArray(value) && value.length > 0 && value.length < 32 && value.every(isIndex);
const maybeIndex = (value) => isIndex(value) || isPath(value);

/** What an incremental event says, by its source; undefined when it says nothing a player understands. */
export function change(data, addresses) {
  const read = isRecord(data) && Number.isInteger(data.source) ? readers[data.source] : undefined;
  const clean = read?.(data, addresses);
  return clean && { source: data.source, ...clean };
}

const ofNode = (read) => (data, addresses) => (isNodeId(data.id) ? { id: data.id, ...read(data, addresses) } : undefined);

const readers = {
  0: mutation,
  1: moves,
  // Focus has no place.
  2: ofNode((data) => ({ type: number(data.type, 0, 10, 0) | 0, ...("x" in data ? { x: coordinate(data.x), y: coordinate(data.y) } : {}) })),
  3: ofNode((data) => ({ x: coordinate(data.x), y: coordinate(data.y) })),
  4: (data) => size(data),
  5: ofNode((data) => ({ text: string(data.text), isChecked: data.isChecked === true, ...(data.userTriggered === undefined ? {} : { userTriggered: data.userTriggered === true }) })),
  6: moves,
  7: ofNode((data) => ({ type: number(data.type, 0, 4, 1) | 0, currentTime: number(data.currentTime, 0, farthest, 0), volume: number(data.volume, 0, 1, 1), muted: data.muted === true })),
  8: ofNode((data, addresses) => ({
    adds: list(data.adds)
      .filter((entry) => isRecord(entry) && typeof entry.rule === "string" && (entry.index === undefined || maybeIndex(entry.index)))
      .map(({ rule, index }) => ({ rule: style(rule, addresses), ...(index === undefined ? {} : { index }) })),
    removes: list(data.removes).filter((entry) => isRecord(entry) && maybeIndex(entry.index)).map(({ index }) => ({ index })),
  })),
  // Fonts are never loaded by address, so those recorded as bytes are what there is.
  10: (data) => (data.buffer === true && typeof data.family === "string" && isBytes(data.fontSource) ? { family: data.family, fontSource: data.fontSource, buffer: true, descriptors: descriptors(data.descriptors) } : undefined),
  12: moves,
  13: (data, addresses) => (isNodeId(data.id) && isPath(data.index) ? { id: data.id, index: data.index, ...declarations(data, addresses) } : undefined),
};

/** A recorded size, within what a browser can lay out. */
export function size(data) {
  return { width: number(data.width, 1, largest, 1024) || 1024, height: number(data.height, 1, largest, 768) || 768 };
}

function mutation(data, addresses) {
  const given = (key) => list(data[key]).filter(isRecord);
  return {
    texts: given("texts")
      .filter((entry) => isNodeId(entry.id) && (typeof entry.value === "string" || entry.value === null))
      .map(({ id, value }) => ({ id, value: text(string(value), addresses) })),
    attributes: given("attributes").filter((entry) => isNodeId(entry.id)).map((entry) => ({ id: entry.id, attributes: attributes(entry.attributes, undefined, addresses) })),
    removes: given("removes").filter((entry) => isNodeId(entry.id) && isNodeId(entry.parentId)).map(({ id, parentId, isShadow }) => ({ id, parentId, ...(isShadow === true ? { isShadow } : {}) })),
    adds: given("adds").map((entry) => added(entry, addresses)).filter(Boolean),
    ...(data.isAttachIframe === true ? { isAttachIframe: true } : {}),
  };
}

function added(entry, addresses) {
  if (!isNodeId(entry.parentId) || entry.parentId === entry.node?.id) return undefined;
  const node = tree(entry.node, addresses);
  if (!node) return undefined;
  const clean = { parentId: entry.parentId, nextId: isNodeId(entry.nextId) ? entry.nextId : null, node };
  if (isNodeId(entry.previousId)) clean.previousId = entry.previousId;
  return clean;
}

function moves(data) {
  const positions = list(data.positions)
    .filter((entry) => isRecord(entry) && isNodeId(entry.id))
    .map(({ x, y, id, timeOffset }) => ({ x: coordinate(x), y: coordinate(y), id, timeOffset: number(timeOffset, -60_000, 60_000, 0) }));
  return positions.length ? { positions } : undefined;
}

function declarations(data, addresses) {
  const clean = {};
  const { set, remove } = data;
  if (isRecord(set) && typeof set.property === "string") clean.set = { property: set.property, value: style(string(set.value), addresses), priority: set.priority === "important" ? "important" : "" };
  if (isRecord(remove) && typeof remove.property === "string") clean.remove = { property: remove.property };
  return clean;
}

function descriptors(value) {
  const names = ["style", "weight", "stretch", "unicodeRange", "display"];
  return Object.fromEntries(names.filter((name) => isRecord(value) && typeof value[name] === "string").map((name) => [name, value[name]]));
}

function isBytes(text) {
  return typeof text === "string" && text.length < 5_000_000 && /^\[(?:\d{1,3}(?:,\d{1,3})*)?\]$/.test(text);
}
