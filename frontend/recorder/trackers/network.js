// Requests that scripts make: address, method, status, time and size; never headers or bodies.
// Wrapping tells method and status, the browser's resource timing the exact times and the size.

import { quietly } from "../quiet.js";
import { flood } from "./flood.js";
import { observe, onHide } from "./listen.js";
import { cut } from "./text.js";
import { wrap } from "./wrap.js";

const MOST = 200;
const LONGEST_NAME = 1000;
/** The timing of a request comes a moment after its answer. */
const PATIENCE_MS = 1000;

export const network = {
  option: "captureNetwork",
  attach({ emitPlugin, redactor, config }) {
    let done = [];
    let timer;
    const opened = new WeakMap();
    const timed = new WeakSet();
    const now = () => performance.now();

    /** The event's time is when the last request of the list ended: so all can be placed by their `startTime`. */
    const send = (payload, age) => emitPlugin("rrweb/network@1", payload, age);
    const [admits, tellRest] = flood(MOST, (left) => send({ requests: [], left }));

    const begin = (url, method, initiatorType) => {
      const address = new URL(url, document.baseURI);
      const own = new URL(config.eventsUrl, document.baseURI);
      address.hash = "";
      if (!/^http/.test(address.protocol) || address.href === own.href) return undefined;
      return { name: address.href, method: String(method || "GET").toUpperCase().slice(0, 20), initiatorType, startTime: now(), transferSize: 0 };
    };

    const end = quietly("a request", (request, { status }) => {
      if (!request || !admits()) return;
      Object.assign(request, { status, duration: now() - request.startTime });
      done.push(request);
      timer = timer || setTimeout(settle, PATIENCE_MS);
    });

    /** Both come in the order in which requests end. */
    const onTiming = ({ name, initiatorType, startTime, duration, transferSize }) => {
      const request = done.find((each) => each.name === name.split("#")[0] && each.initiatorType === initiatorType && !timed.has(each));
      if (request) timed.add(Object.assign(request, { startTime, duration, transferSize }));
    };
    const [takeRest, stop] = observe({ type: "resource" }, onTiming);

    const settle = quietly("requests", () => {
      clearTimeout(timer);
      takeRest();
      const [last] = done.slice(-1);
      for (const request of done) {
        request.name = cut(request.name, LONGEST_NAME, redactor.url);
        request.startTime = Math.round(request.startTime);
        request.duration = Math.round(request.duration);
      }
      if (last) send({ requests: done }, now() - last.startTime - last.duration);
      timer = 0;
      done = [];
      tellRest();
    });

    return [
      wrap(window, "fetch", (self, [input, init]) => {
        const { url, method } = input instanceof Request ? input : { url: input };
        const request = begin(url, (init || {}).method || method, "fetch");
        const answered = (response) => {
          end(request, response);
          return response;
        };
        const failed = (error) => {
          end(request, { status: 0 });
          throw error;
        };
        // The page gets what follows ours: a rejection nobody handles stays one.
        return (promise) => (request && promise instanceof Promise ? promise.then(answered, failed) : promise);
      }),
      wrap(XMLHttpRequest.prototype, "open", (xhr, [method, url]) => {
        if (!opened.has(xhr)) xhr.addEventListener("loadend", () => end(opened.get(xhr), xhr));
        opened.set(xhr, begin(url, method, "xmlhttprequest"));
      }),
      wrap(Navigator.prototype, "sendBeacon", (self, [url]) => {
        const request = begin(url, "POST", "beacon");
        return (isTaken) => {
          if (isTaken) end(request, { status: 0 });
          return isTaken;
        };
      }),
      stop,
      ...onHide(settle),
    ];
  },
};
