// The boundary: every rrweb event passes here before anything else sees it, and fails closed.

import { maskMutation } from "./mutation.js";
import { LiveFlags, maskedText, tagOf } from "./tree.js";
import { hidesEntry, stars } from "./values.js";

const FULL_SNAPSHOT = 2;
const INCREMENTAL = 3;
const SOURCE = { mutation: 0, interaction: 2, scroll: 3, input: 5, media: 7 };

export class MaskingFilter {
  /** `mirror` is rrweb's; `onFailure` hears of each event that had to be dropped. */
  constructor(settings, mirror, onFailure) {
    this.settings = settings;
    this.mirror = mirror;
    this.getNode = (id) => mirror.getNode(id);
    this.onFailure = onFailure;
  }

  /** The event, masked in place, or null. */
  apply(event) {
    try {
      return this.mask(event) ? event : null;
    } catch (error) {
      this.onFailure(error);
      return null;
    }
  }

  /** A full snapshot's node as JSON, piece by piece. The page may have gone on between: what needs it is hidden then. */
  snapshot({ data }) {
    return maskedText(data.node, new LiveFlags(this.settings).of(document), "", { ...this.settings, page: location.href }, this.getNode);
  }

  mask(event) {
    if (event.type === FULL_SNAPSHOT) return false; // Only as text.
    if (event.type !== INCREMENTAL) return true;
    const data = event.data;
    switch (data.source) {
      case SOURCE.mutation:
        return maskMutation(data, this.settings, this.getNode);
      case SOURCE.input:
        return this.maskInput(data);
      case SOURCE.interaction:
        return this.liftFromBlock(data);
      case SOURCE.scroll:
      case SOURCE.media:
        return !this.isBlocked(this.getNode(data.id));
      default:
        return true;
    }
  }

  maskInput(data) {
    const live = this.getNode(data.id);
    if (typeof data.text !== "string") delete data.text;
    if (!live) {
      if (data.text !== undefined) data.text = stars(data.text);
      return true;
    }
    const flags = new LiveFlags(this.settings).of(live);
    if (flags.blocked || flags.ignored) return false;
    const tag = tagOf(live);
    const get = (name) => live.getAttribute(name);
    if (data.text !== undefined && hidesEntry(tag, get, live, flags, this.settings)) data.text = stars(data.text);
    return true;
  }

  isBlocked(live) {
    return Boolean(live) && new LiveFlags(this.settings).of(live).blocked;
  }

  /** A click inside a blocked region is shown on the region: what is inside is unknown to the replay. */
  liftFromBlock(data) {
    let live = this.getNode(data.id);
    if (!this.isBlocked(live)) return true;
    const flags = new LiveFlags(this.settings);
    while (live) {
      const above = live.parentNode || live.host;
      if (!above || !flags.of(above).blocked) break;
      live = above;
    }
    const id = live && this.mirror.getId ? this.mirror.getId(live) : -1;
    if (!(id > 0)) return false;
    data.id = id;
    return true;
  }
}
