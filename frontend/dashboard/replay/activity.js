import { clockText } from "../common/times.js";
import { element, find, findAll } from "../common/dom.js";
import { describe, hostOf } from "./entries.js";

const most = 2000;
/** A click and the name of what was clicked are two events of one moment. */
const moment = 50;
const names = {
  navigation: "Page", click: "Click", form: "Form", error: "Error", console: "Console", network: "Request", server: "Server", custom: "Event", note: "Recorder",
};

/** The list of what happened. Each entry seeks; the current one is marked and kept in view. */
export class Activity {
  constructor(start, onSeek, onFilter) {
    this.start = start;
    this.entries = [];
    this.selectors = new Map();
    this.kind = "all";
    this.current = null;
    this.list = find("[data-activity]");
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.classList.contains("activity-more")) this.#toggle(button);
      else onSeek(Number(button.dataset.offset));
    });
    this.list.addEventListener("keydown", (event) => this.#move(event));
    this.filters = findAll("[data-kind]");
    for (const button of this.filters) {
      button.addEventListener("click", () => {
        this.kind = button.dataset.kind;
        for (const other of this.filters) other.setAttribute("aria-pressed", String(other === button));
        this.#render();
        onFilter();
      });
    }
  }

  /** Entries of the kind that is asked for; errors of every kind are errors. */
  get shown() {
    if (this.kind === "all") return this.entries;
    return this.entries.filter((entry) => entry.kind === this.kind || (this.kind === "error" && entry.isProblem));
  }

  add(events) {
    const found = events.flatMap(describe);
    for (const { kind, timestamp, label } of found) if (kind === "selector") this.selectors.set(Math.floor(timestamp / moment), label);
    if (found.length) this.put(found.filter((entry) => entry.kind !== "selector"));
  }

  put(entries) {
    this.entries = [...this.entries, ...entries].sort((a, b) => a.timestamp - b.timestamp);
    this.#renderSoon();
  }

  /** The page that was open at a moment. */
  pageAt(time) {
    return this.entries.filter((entry) => entry.href && entry.timestamp <= time).at(-1)?.href || this.entries.find((entry) => entry.href)?.href;
  }

  mark(time) {
    let current = null;
    for (const row of this.list.children) {
      const entry = row.firstChild;
      if (Number(entry.dataset.offset) + this.start > time + 1) break;
      current = entry;
    }
    if (current === this.current) return;
    this.current?.removeAttribute("aria-current");
    this.current = current;
    if (!current) return;
    current.setAttribute("aria-current", "true");
    // Not while somebody walks through the list.
    if (!this.list.contains(document.activeElement)) this.#stop(current);
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
    const { shown } = this;
    const active = this.list.contains(document.activeElement) && document.activeElement;
    const had = active && { offset: active.parentNode.firstChild.dataset.offset, isMore: active.classList.contains("activity-more") };
    this.current = null;
    this.host = hostOf(this.entries.find((entry) => entry.href)?.href);
    this.list.replaceChildren(...shown.slice(0, most).map((entry) => this.#row(entry)));
    for (const button of this.filters) {
      // Chips that would show nothing are in the way.
      if (button.hasAttribute("data-optional")) button.hidden = button.dataset.kind !== this.kind && !this.entries.some((entry) => entry.kind === button.dataset.kind);
    }
    find("[data-activity-count]").textContent = String(shown.length);
    const empty = find("[data-activity-empty]");
    empty.hidden = shown.length > 0 && shown.length <= most;
    empty.textContent = shown.length > most ? `Only the first ${most} are listed.` : this.entries.length ? "None of this kind." : "Nothing yet.";
    const first = find(".activity-entry", this.list);
    if (first) this.#stop(first);
    if (!had) return;
    const row = find(`[data-offset="${CSS.escape(had.offset)}"]`, this.list)?.parentNode;
    if (row) this.#focus((had.isMore && find(".activity-more", row)) || row.firstChild);
  }

  #label(entry) {
    if (entry.host && entry.host !== this.host) return `${entry.host}${entry.label}`;
    if (entry.kind !== "click") return entry.label;
    const at = Math.floor(entry.timestamp / moment);
    const selector = this.selectors.get(at) || this.selectors.get(at - 1) || this.selectors.get(at + 1);
    return selector ? `${entry.action} on ${selector}` : entry.label;
  }

  #row(entry) {
    const offset = Math.max(0, Math.round(entry.timestamp - this.start));
    const look = entry.look ? ` ${entry.look}` : entry.isProblem ? " is-problem" : entry.level === "warn" ? " is-warning" : "";
    const row = element(
      "li",
      { class: `activity-row kind-${entry.kind}${look}` },
      element(
        "button",
        { type: "button", class: "activity-entry", "data-offset": String(offset), tabindex: "-1", title: entry.href },
        element("span", { class: "activity-time" }, clockText(offset)),
        element("span", { class: "activity-dot", "aria-hidden": "true" }),
        element(
          "span",
          { class: "activity-label" },
          element("span", { class: "visually-hidden" }, `${names[entry.kind]}: `),
          entry.tag ? element("span", { class: "activity-tag" }, entry.tag) : null,
          entry.tag ? " " : null,
          this.#label(entry),
          entry.note ? element("span", { class: "muted" }, ` ${entry.note}`) : null,
        ),
      ),
    );
    if (entry.details?.length || entry.link) {
      const more = element("button", { type: "button", class: "activity-more", "aria-expanded": "false", "aria-label": `Details of ${entry.label.slice(0, 60)}`, title: "Details", tabindex: "-1" });
      row.append(more);
      row.entry = entry;
      if (entry.isOpen) this.#open(row, more);
    }
    return row;
  }

  #toggle(more) {
    const row = more.parentNode;
    row.entry.isOpen = !row.entry.isOpen;
    if (row.entry.isOpen) this.#open(row, more);
    else {
      row.lastChild.remove();
      more.setAttribute("aria-expanded", "false");
    }
  }

  #open(row, more) {
    more.setAttribute("aria-expanded", "true");
    const facts = row.entry.details.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
    const { link } = row.entry;
    if (link) facts.push(element("dt", {}, "More"), element("dd", {}, element("a", { href: link.href }, link.text)));
    row.append(element("dl", { class: "activity-details" }, ...facts));
  }

  /** One row is a tab stop for the whole list. */
  #stop(button) {
    for (const other of findAll('[tabindex="0"]', this.list)) other.setAttribute("tabindex", "-1");
    for (const one of findAll("button", button.parentNode)) one.setAttribute("tabindex", "0");
  }

  #focus(button) {
    this.#stop(button);
    button.focus();
  }

  #move(event) {
    const row = event.target.closest("li");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const more = find(".activity-more", row);
    const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: this.list.firstElementChild, End: this.list.lastElementChild }[event.key];
    if (next) this.#focus(next.firstChild);
    else if (more && event.key === (row.entry.isOpen ? "ArrowLeft" : "ArrowRight")) this.#toggle(more);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
