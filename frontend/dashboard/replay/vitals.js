// Web vitals of the window as badges: the last report of each counts.

import { element, find } from "../common/dom.js";
import { duration } from "./entries.js";

const names = {
  LCP: "Largest Contentful Paint",
  CLS: "Cumulative Layout Shift",
  INP: "Interaction to Next Paint",
  FCP: "First Contentful Paint",
  TTFB: "Time to First Byte",
};
const looks = new Map([["good", "pill-success"], ["needs-improvement", "pill-warning"], ["poor", "pill-danger"]]);

export class Vitals {
  constructor() {
    this.place = find("[data-vitals]");
    this.latest = new Map();
  }

  add(events) {
    let isChanged = false;
    for (const { type, data, timestamp } of events) {
      if (type !== 5 || data?.tag !== "__perf") continue;
      const { metric, value, rating } = data.payload || {};
      if (typeof metric !== "string" || !Object.hasOwn(names, metric) || typeof value !== "number" || !Number.isFinite(value)) continue;
      if (this.latest.has(metric) && this.latest.get(metric).timestamp > timestamp) continue;
      this.latest.set(metric, { value, rating, timestamp });
      isChanged = true;
    }
    if (isChanged) this.place.replaceChildren(...Object.keys(names).filter((metric) => this.latest.has(metric)).map((metric) => this.#badge(metric)));
  }

  #badge(metric) {
    const { value, rating } = this.latest.get(metric);
    const judged = looks.has(rating) ? rating.replace("-", " ") : "not rated";
    const shown = metric === "CLS" ? String(Math.round(value * 1000) / 1000) : duration(value);
    return element(
      "span",
      { class: `pill tabular ${looks.get(rating) || ""}`, title: `${names[metric]}: ${judged}` },
      `${metric} ${shown}`,
      element("span", { class: "visually-hidden" }, ` (${judged})`),
    );
  }
}
