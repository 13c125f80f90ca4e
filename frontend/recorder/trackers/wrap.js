// Watches calls of a function of the page. A proxy keeps everything about it: name, length, prototype, text.

import { quietly } from "../quiet.js";

/**
 * `before(self, args)` is called ahead of each call, and what it returns with the call's result, which it may replace.
 * Neither can harm the call. Returns a function that puts the original back.
 */
export function wrap(owner, name, before) {
  const original = owner[name];
  let isOn = typeof original === "function";
  if (!isOn) return () => {};
  const watch = quietly(name, before);
  const proxy = new Proxy(original, {
    apply(target, self, args) {
      const after = isOn && watch(self, args);
      const result = Reflect.apply(target, self, args);
      return after ? after(result) : result;
    },
  });
  owner[name] = proxy;
  return () => {
    isOn = false;
    // Someone may have wrapped it again: then it stays, and does nothing.
    if (owner[name] === proxy) owner[name] = original;
  };
}
