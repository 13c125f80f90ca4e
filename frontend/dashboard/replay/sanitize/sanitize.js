import { Addresses } from "./addresses.js";
import { change, size } from "./changes.js";
import { tree } from "./tree.js";
import { isRecord, number, plain, string } from "./values.js";

const LOADING = 0;
const SILENT = 1;
const FULL = 2;
const INCREMENTAL = 3;
const META = 4;
const CUSTOM = 5;
const PLUGIN = 6;
const farthest = Number.MAX_SAFE_INTEGER;

/**
 * Makes harmless what strangers recorded, before the player or this page sees it: only what is known is copied, in the shape the player expects. The frame's sandbox and
 * policy would stop scripts and requests too (see seal.js); this keeps them from being tried, and the player from stumbling.
 *
 * What nothing is left of stays as a silent event, for time and count are facts of the recording.
 */
export class Sanitizer {
  /** @param onBlocked called with each address of an asset that is not loaded. */
  constructor(origins, onBlocked) {
    this.addresses = new Addresses(origins, onBlocked);
  }

  /** @param moment when the first event happened, should it not say so (epoch ms). */
  events(values, moment = 0) {
    let last = moment;
    return values.map((value) => {
      const event = this.#event(value, last);
      last = event.timestamp;
      return event;
    });
  }

  #event(value, last) {
    const timestamp = isRecord(value) ? number(value.timestamp, -farthest, farthest, last) : last;
    const data = isRecord(value) ? this.#data(value) : undefined;
    return data ? { type: value.type, data, timestamp } : { type: SILENT, data: {}, timestamp };
  }

  #data({ type, data }) {
    if (!isRecord(data)) return undefined;
    switch (type) {
      case FULL: {
        const node = tree(data.node, this.addresses);
        const offset = isRecord(data.initialOffset) ? data.initialOffset : {};
        return node?.type === 0 ? { node: withPage(node), initialOffset: { left: number(offset.left, 0, 1e7, 0), top: number(offset.top, 0, 1e7, 0) } } : undefined;
      }
      case INCREMENTAL:
        return change(data, this.addresses);
      case META:
        return { href: string(data.href), ...size(data) };
      case CUSTOM:
        return typeof data.tag === "string" ? { tag: data.tag, payload: plain(data.payload) } : undefined;
      case PLUGIN:
        return typeof data.plugin === "string" ? { plugin: data.plugin, payload: plain(data.payload) } : undefined;
      case LOADING:
        return {};
      default:
        return undefined;
    }
  }
}

/** The player cannot do without a root element. */
function withPage(node) {
  if (!node.childNodes.some((child) => child.tagName?.toLowerCase() === "html")) {
    node.childNodes = [...node.childNodes.filter((child) => child.type !== 2), { type: 2, id: -2, tagName: "html", attributes: {}, childNodes: [] }];
  }
  return node;
}
