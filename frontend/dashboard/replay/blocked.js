import { find } from "../common/dom.js";

const most = 3;

/** Says which assets of other sites a replay goes without. */
export class Blocked {
  constructor() {
    this.addresses = new Set();
    this.hosts = new Set();
    this.hint = find("[data-blocked]");
  }

  note(address) {
    let url;
    try {
      url = new URL(address, "relative:/");
    } catch {
      return;
    }
    if (!/^https?:$/.test(url.protocol) || this.addresses.size > 10_000) return;
    this.addresses.add(address);
    this.hosts.add(url.host);
    this.timer ||= setTimeout(() => this.#show(), 200);
  }

  #show() {
    this.timer = 0;
    const hosts = [...this.hosts];
    const others = hosts.length - most;
    const named = hosts.slice(0, most).join(", ") + (others > 0 ? ` and ${others} more` : "");
    find("[data-blocked-hosts]", this.hint).textContent = `${this.addresses.size} from ${named}`;
    this.hint.hidden = false;
  }
}
