// Core Web Vitals, FCP and TTFB as the web-vitals library defines them, told before the page is gone.

import { listen, observe, onHide } from "./listen.js";

/** Up to the first is good, over the second poor (ms; CLS has no unit). */
const LIMITS = { LCP: [2500, 4000], CLS: [0.1, 0.25], INP: [200, 500], FCP: [1800, 3000], TTFB: [800, 1800] };

function watch(emit) {
  const { responseStart, activationStart = 0 } = performance.getEntriesByType("navigation")[0] || {};
  const since = (time) => Math.max(0, time - activationStart);
  const stops = [];
  const takeRest = [];
  let told, hiddenAt, largest, shift, burst, burstStart, lastShift, durations, countBefore;
  const count = () => performance.interactionCount || 0;

  /** A page begins, or comes back from the back/forward cache. */
  const begin = (hidden, interactions) => {
    told = {};
    hiddenAt = hidden;
    countBefore = interactions;
    largest = undefined;
    shift = burst = 0;
    burstStart = lastShift = -1e4;
    durations = {};
  };

  const tell = (metric, value) => {
    if (told[metric] === value) return;
    told[metric] = value;
    const [good, poor] = LIMITS[metric];
    emit("__perf", { metric, value: Math.round(value * 1e4) / 1e4, rating: value > poor ? "poor" : value > good ? "needs-improvement" : "good" });
  };

  const measure = (type, each) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    const [take, stop] = observe({ type, buffered: true, durationThreshold: 16 }, each);
    takeRest.push(take);
    stops.push(stop);
  };

  /** Final with the first input: later paints are answers to the visitor. */
  const tellLargest = () => {
    takeRest.forEach((take) => take());
    if (largest >= 0 && !("LCP" in told)) tell("LCP", largest);
  };

  const hide = () => {
    tellLargest();
    hiddenAt = Math.min(hiddenAt, performance.now());
    if ("FCP" in told) tell("CLS", shift);
    const slowest = Object.values(durations).sort((a, b) => b - a);
    // One in 50 is passed over.
    const passed = Math.min(slowest.length - 1, Math.floor((count() - countBefore) / 50));
    if (slowest.length) tell("INP", slowest[Math.max(0, passed)]);
  };

  begin(document.visibilityState === "hidden" ? 0 : Infinity, 0);
  if (responseStart > 0) tell("TTFB", since(responseStart));
  measure("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint" && startTime < hiddenAt) tell("FCP", since(startTime));
  });
  measure("largest-contentful-paint", ({ startTime }) => {
    if (startTime < hiddenAt) largest = since(startTime);
  });
  // Bursts of shifts have gaps below 1 s and last at most 5 s; the worst one counts.
  measure("layout-shift", ({ hadRecentInput, startTime, value }) => {
    if (hadRecentInput) return;
    if (startTime - lastShift >= 1000 || startTime - burstStart >= 5000) {
      burst = 0;
      burstStart = startTime;
    }
    burst += value;
    lastShift = startTime;
    shift = Math.max(shift, burst);
  });
  measure("event", ({ interactionId, duration }) => {
    if (interactionId) durations[interactionId] = Math.max(durations[interactionId] || 0, duration);
  });

  const onInput = ({ isTrusted }) => isTrusted && tellLargest();
  stops.push(
    listen(window, "keydown", onInput),
    listen(window, "click", onInput),
    ...onHide(hide, () => {
      const back = performance.now();
      takeRest.forEach((take) => take());
      begin(Infinity, count());
      tell("TTFB", 0);
      // After two frames what was kept is on the screen.
      const shown = () => {
        largest = performance.now() - back;
        tell("FCP", largest);
        tellLargest();
      };
      requestAnimationFrame(() => requestAnimationFrame(shown));
    }),
  );
  return stops;
}

export const vitals = {
  option: "captureWebVitals",
  attach({ emit }) {
    // A prerendered page may never be seen.
    if (!document.prerendering) return watch(emit);
    const stops = [listen(document, "prerenderingchange", () => stops.push(...watch(emit)))];
    return [() => stops.forEach((stop) => stop())];
  },
};
