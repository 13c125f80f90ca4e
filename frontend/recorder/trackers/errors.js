// Exceptions and rejected promises nobody caught. Files that fail to load are none.

import { flood } from "./flood.js";
import { listen, onHide } from "./listen.js";
import { cut, withoutQueries, withoutSelf } from "./text.js";

/** Of one error in 10 s. */
const SAME = 5;
const LONGEST = 2000;
const LONGEST_STACK = 10_000;
const LONGEST_NAME = 100;

/** Whatever was thrown: it may be anything, and reading it may throw again. */
function read(thrown, key) {
  try {
    const value = Object(thrown)[key];
    return typeof value === "string" ? value : "";
  } catch {
    return "";
  }
}

export const errors = {
  option: "captureErrors",
  attach({ emit, redactor, config }) {
    const [admits, tellRest] = flood(SAME, (count, last) => emit("error", { ...last, count }));

    const report = (facts, thrown) => {
      const payload = {
        ...facts,
        url: redactor.url(location.href),
        message: cut(facts.message, LONGEST, redactor.text),
        stack: cut(withoutQueries(withoutSelf(read(thrown, "stack"))), LONGEST_STACK, redactor.text),
        name: cut(read(thrown, "name"), LONGEST_NAME, redactor.text) || undefined,
        release: config.appVersion || undefined,
        handled: false,
      };
      if (admits(payload, facts.message + facts.source + facts.lineno)) emit("error", payload);
    };

    const hear = ({ type, target, reason, message, filename, lineno, colno, error }) => {
      if (type === "unhandledrejection") {
        report({ type, message: (typeof reason === "string" ? reason : read(reason, "message")) || "Unhandled Promise rejection" }, reason);
      } else if (!target || target === window) {
        const source = cut(filename || "", LONGEST, redactor.url);
        report({ message: message || "Unknown error", source, lineno: lineno || 0, colno: colno || 0 }, error);
      }
    };

    // Of before this script, if the page kept them: `Sentiero.q.push(["error", event])`.
    const { q } = window.Sentiero;
    for (const call of Array.isArray(q) ? q : []) if (call && call[0] === "error" && call[1]) hear(call[1]);
    return [listen(window, "error", hear), listen(window, "unhandledrejection", hear), ...onHide(tellRest)];
  },
};
