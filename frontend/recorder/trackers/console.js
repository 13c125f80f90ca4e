// What the page writes to the console, as events of rrweb's console plugin.

import { flood } from "./flood.js";
import { inspect } from "./inspect.js";
import { onHide } from "./listen.js";
import { cut, frames } from "./text.js";
import { wrap } from "./wrap.js";

const LEVELS = ["debug", "log", "info", "warn", "error"];
const MOST_ENTRIES = 100;
const MOST_ARGUMENTS = 10;
const MOST_FRAMES = 20;
const LONGEST = 1000;

export const consoles = {
  option: "captureConsole",
  takesList: true,
  attach({ emitPlugin, redactor }, wanted) {
    let isBusy = false;
    const short = (text) => cut(text, LONGEST, redactor.text);
    const send = (level, payload, trace = []) =>
      emitPlugin("rrweb/console@1", { level, trace, payload });
    const [admits, tellRest] = flood(MOST_ENTRIES, (count, level) => send(level, [`… and ${count} more`]));

    const note = (level, args) => {
      const [first] = args;
      // Reading a value may run code of the page that writes to the console again. Our own warnings are no news.
      if (isBusy || (typeof first === "string" && first.startsWith("[sentiero]"))) return;
      isBusy = true;
      try {
        if (admits(level)) {
          const trace = frames(new Error().stack).slice(0, MOST_FRAMES).map(short);
          send(level, args.slice(0, MOST_ARGUMENTS).map((value) => short(inspect(value))), trace);
        }
      } finally {
        isBusy = false;
      }
    };

    const stops = LEVELS.filter((level) => wanted.includes(level)).map((level) => wrap(console, level, (self, args) => note(level, args)));
    return [...stops, ...onHide(tellRest)];
  },
};
