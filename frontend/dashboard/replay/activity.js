import { clockText } from "../common/times.js";
import { element, find, findAll } from "../common/dom.js";

const FULL_META = 4;
const INCREMENTAL = 3;
const CUSTOM = 5;
const MOUSE_INTERACTION = 2;
const clicks = { 2: "Click", 3: "Right click", 4: "Double click", 7: "Touch" };
const most = 2000;

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

function pathOf(href) {
  try {
    const url = new URL(href);
    return cut(url.pathname + url.search, 60);
  } catch {
    return cut(String(href), 60);
  }
}

/** A click on a link, before the page it leads to. */
function destination({ url: href = "", external }) {
  if (!external) return `Going to ${pathOf(href)}`;
  try {
    const url = new URL(href);
    return cut(`Leaving to ${url.host}${url.pathname}`, 80);
  } catch {
    return "Leaving the site";
  }
}

/** What an event means to a person: kind and label, or nothing. */
export function describe(event) {
  const { type, data } = event;
  if (type === FULL_META && data?.href) return { kind: "navigation", href: data.href, label: pathOf(data.href) };
  if (type === INCREMENTAL && data?.source === MOUSE_INTERACTION && clicks[data.type]) {
    return { kind: "click", label: `${clicks[data.type]} (${Math.round(data.x)}, ${Math.round(data.y)})` };
  }
  if (type !== CUSTOM || typeof data?.tag !== "string" || data.tag.startsWith("__")) return undefined;
  const payload = data.payload || {};
  if (data.tag === "error") return { kind: "error", label: cut(String(payload.message || "Error"), 120) };
  if (data.tag === "navigation") return { kind: "navigation", label: destination(payload) };
  return { kind: "custom", label: cut(data.tag, 80) };
}

/** The list of what happened. Each entry seeks; the current one is marked and kept in view. */
export class Activity {
  constructor(start, onSeek) {
    this.start = start;
    this.entries = [];
    this.kind = "all";
    this.current = null;
    this.list = find("[data-activity]");
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest(".activity-entry");
      if (button) onSeek(Number(button.dataset.offset));
    });
    this.list.addEventListener("keydown", (event) => this.#move(event));
    for (const button of findAll("[data-kind]")) {
      button.addEventListener("click", () => {
        this.kind = button.dataset.kind;
        for (const other of findAll("[data-kind]")) other.setAttribute("aria-pressed", String(other === button));
        this.#render();
      });
    }
  }

  add(events) {
    const found = [];
    for (const event of events) {
      const entry = describe(event);
      if (entry) found.push({ ...entry, timestamp: event.timestamp });
    }
    if (!found.length) return;
    this.entries = [...this.entries, ...found].sort((a, b) => a.timestamp - b.timestamp);
    this.#renderSoon();
  }

  /** The page that was open at a moment. */
  pageAt(time) {
    return this.entries.filter((entry) => entry.href && entry.timestamp <= time).at(-1)?.href || this.entries.find((entry) => entry.href)?.href;
  }

  mark(time) {
    let current = null;
    for (const button of this.list.children) {
      const entry = button.firstChild;
      if (Number(entry.dataset.offset) + this.start > time + 1) break;
      current = entry;
    }
    if (current === this.current) return;
    this.current?.removeAttribute("aria-current");
    this.current = current;
    if (!current) return;
    current.setAttribute("aria-current", "true");
    this.#stop(current);
    // Only the list scrolls, never the page.
    const top = current.offsetTop - this.list.offsetTop;
    if (top < this.list.scrollTop || top + current.offsetHeight > this.list.scrollTop + this.list.clientHeight) {
      this.list.scrollTop = top - this.list.clientHeight / 2;
    }
  }

  #renderSoon() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.#render();
    }, 100);
  }

  #render() {
    const shown = this.entries.filter((entry) => this.kind === "all" || entry.kind === this.kind);
    const had = this.list.contains(document.activeElement) && document.activeElement.dataset.offset;
    this.current = null;
    this.list.replaceChildren(...shown.slice(0, most).map((entry) => this.#row(entry)));
    find("[data-activity-count]").textContent = String(shown.length);
    const empty = find("[data-activity-empty]");
    empty.hidden = shown.length > 0 && shown.length <= most;
    empty.textContent = shown.length > most ? `Only the first ${most} are listed.` : this.entries.length ? "None of this kind." : "Nothing yet.";
    const first = find(".activity-entry", this.list);
    if (first) this.#stop(first);
    if (had) find(`[data-offset="${CSS.escape(had)}"]`, this.list)?.focus();
  }

  #row(entry) {
    const offset = Math.max(0, Math.round(entry.timestamp - this.start));
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: `activity-entry kind-${entry.kind}`, "data-offset": String(offset), tabindex: "-1", title: entry.href },
        element("span", { class: "activity-time" }, clockText(offset)),
        element("span", { class: "activity-dot", "aria-hidden": "true" }),
        element("span", { class: "activity-label" }, element("span", { class: "visually-hidden" }, `${names[entry.kind]}: `), entry.label),
      ),
    );
  }

  /** One tab stop for the whole list. */
  #stop(button) {
    find('.activity-entry[tabindex="0"]', this.list)?.setAttribute("tabindex", "-1");
    button.setAttribute("tabindex", "0");
  }

  #move(event) {
    const row = event.target.closest("li");
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling, Home: this.list.firstElementChild, End: this.list.lastElementChild }[event.key];
    if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#stop(next.firstChild);
    next.firstChild.focus();
  }
}

const names = { navigation: "Page", click: "Click", error: "Error", custom: "Event" };
