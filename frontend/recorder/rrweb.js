// Adapts to both shapes of rrweb's recorder: the function itself (1.x) or an object that has it (2.x).

import bundled from "rrweb-record";

export function rrwebRecord() {
  const record = typeof bundled === "function" ? bundled : bundled && bundled.record;
  return typeof record === "function" ? record : null;
}

const PASSED_ON = [
  "inlineStylesheet", "inlineImages", "collectFonts", "recordCanvas", "slimDOMOptions", "dataURLOptions",
  "userTriggeredOnInput", "mousemoveWait", "checkoutEveryNth",
];

/** rrweb's options: it records raw, the filter behind `emit` masks. */
export function rrwebOptions(options, emit) {
  const passed = {};
  for (const name of PASSED_ON) if (options[name] !== undefined) passed[name] = options[name];
  const sampling = options.sampling && typeof options.sampling === "object" ? options.sampling : {};
  return {
    ...passed,
    sampling: { scroll: 150, input: "last", ...sampling },
    maskAllInputs: false,
    maskInputOptions: {},
    // No element has this class: rrweb would mask what data-sentiero-unmask reveals.
    maskTextClass: "sentiero-none",
    emit,
  };
}
