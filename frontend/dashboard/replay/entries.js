// What recorded events mean to a person. A recording is hostile input: any member may be of any type.

const META = 4;
const INCREMENTAL = 3;
const CUSTOM = 5;
const PLUGIN = 6;
const MOUSE_INTERACTION = 2;
const clicks = { 2: "Click", 3: "Right click", 4: "Double click", 7: "Touch" };
const levels = new Set(["debug", "log", "info", "warn", "error"]);
const mostRequests = 500;
const longestDetail = 20000;

export const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const isObject = (value) => value !== null && typeof value === "object";

/** Any value as text; numbers and texts as they are. */
function text(value, indent) {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, null, indent) ?? "";
  } catch {
    return "";
  }
}

const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** What is listed under an entry; what is empty is left out. */
function details(facts) {
  return Object.entries(facts)
    .map(([name, value]) => [name, value == null ? "" : cut(text(value, 2), longestDetail)])
    .filter(([, value]) => value !== "");
}

function pathOf(href) {
  try {
    const url = new URL(href);
    return cut(url.pathname + url.search, 60);
  } catch {
    return cut(text(href), 60);
  }
}

/** Of an address; nothing when it is none. */
export function hostOf(href) {
  try {
    return new URL(href).host;
  } catch {
    return "";
  }
}

/** A click on a link, before the page it leads to. */
function destination({ url = "", external }) {
  if (!external) return `Going to ${pathOf(url)}`;
  try {
    const { host, pathname } = new URL(url);
    return cut(`Leaving to ${host}${pathname}`, 80);
  } catch {
    return "Leaving the site";
  }
}

export const duration = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 1 : 0)} s`);
const size = (bytes) => (bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function error({ message, source, lineno, colno, type, name, release, count, stack }) {
  const place = source && `${text(source)}:${number(lineno)}:${number(colno)}`;
  return {
    kind: "error",
    isProblem: true,
    label: cut(text(message) || "Error", 120),
    note: number(count) > 0 ? `and ${count} more like it` : "",
    details: details({ Message: message, Class: name, Kind: type, Place: place, Version: release, Stack: stack }),
  };
}

/** Reasons of the recorder, in the words of the page that shows them. */
const reasons = {
  pressure: () => "The recorder paused here: the page was too busy",
  mouse_moves: () => "Fewer mouse moves from here on: the page was busy",
  buffer_full: (count) => `${count} missing from here on: more than the recorder could keep`,
  unreachable: (count) => `${count} missing from here on: the server could not be reached`,
  unmaskable: (count) => `${count} left out: they could not be masked`,
};

function health(payload, timestamp) {
  const { reason, dropped, since } = payload;
  const name = text(reason);
  const count = number(dropped) === 1 ? "1 event" : `${number(dropped)} events`;
  const refused = /^refused_(\d{3})$/.exec(name);
  const known = Object.hasOwn(reasons, name) && reasons[name];
  const label = known ? known(count) : refused ? `${count} missing from here on: the server refused them (${refused[1]})` : `Something is missing here (${cut(name, 60)}, ${count})`;
  return { kind: "note", isProblem: false, label, timestamp: number(since) > 0 ? Math.min(since, timestamp) : timestamp };
}

function custom({ tag, payload: given }, timestamp) {
  const payload = isObject(given) ? given : {};
  if (tag === "error") return error(payload);
  if (tag === "navigation") return { kind: "navigation", label: destination(payload), details: details({ Address: payload.url, Text: payload.text }) };
  if (tag === "__recorder") return health(payload, timestamp);
  if (tag === "__form_submit") {
    const name = text(payload.name) || text(payload.id);
    return { kind: "form", label: name ? `Form “${cut(name, 60)}” submitted` : "Form submitted", details: details({ Page: payload.url, Name: payload.name, Id: payload.id }) };
  }
  if (tag === "__click") return { kind: "selector", label: cut(text(payload.selector), 120) };
  if (tag.startsWith("__")) return undefined;
  const isEmpty = given == null || (isObject(given) && Object.keys(given).length === 0);
  return { kind: "custom", label: cut(tag, 80), details: isEmpty ? [] : details({ Data: given }) };
}

function consoleEntry({ level, payload, trace }) {
  const name = levels.has(level) ? level : "log";
  const parts = (Array.isArray(payload) ? payload : []).slice(0, 20).map((part) => text(part));
  const frames = (Array.isArray(trace) ? trace : []).slice(0, 50).map((frame) => text(frame));
  const whole = parts.join(" ");
  return {
    kind: "console",
    isProblem: name === "error",
    level: name,
    tag: name,
    label: cut(whole, 160) || "(nothing)",
    details: details({ Output: whole.length > 160 || whole.includes("\n") ? whole : "", "Called from": frames.join("\n") }),
  };
}

function requestEntries({ requests }, timestamp) {
  if (!Array.isArray(requests)) return [];
  const list = requests.slice(0, mostRequests).filter(isObject);
  const last = list.at(-1);
  // The event's time is when the last of them ended.
  const origin = last ? timestamp - number(last.startTime) - number(last.duration) : timestamp;
  return list.map((request) => {
    const status = number(request.status);
    const isBeacon = request.initiatorType === "beacon";
    const isFailed = status >= 400 || (status === 0 && !isBeacon);
    const outcome = status || (isBeacon ? "" : "failed");
    return {
      kind: "network",
      isProblem: isFailed,
      tag: cut(`${text(request.method)} ${outcome}`.trim(), 20),
      label: pathOf(request.name),
      host: hostOf(request.name),
      note: isBeacon ? "" : duration(number(request.duration)),
      timestamp: origin + number(request.startTime),
      details: details({
        Address: request.name,
        Status: status || (isBeacon ? "sent as the page was left, answer unknown" : "none: it failed, was cancelled, or may not be read"),
        Duration: duration(number(request.duration)),
        Transferred: number(request.transferSize) > 0 ? size(number(request.transferSize)) : "",
        "Asked by": request.initiatorType,
      }),
    };
  });
}

function plugin({ plugin: name, payload }, timestamp) {
  if (!isObject(payload)) return [];
  if (name === "rrweb/console@1") return [consoleEntry(payload)];
  return name === "rrweb/network@1" ? requestEntries(payload, timestamp) : [];
}

/** Entries of one event, none for most: kind, label, timestamp, and what else there is to say. */
export function describe(event) {
  const { type, data, timestamp } = event;
  if (!isObject(data)) return [];
  const found = [];
  if (type === META && data.href) found.push({ kind: "navigation", href: text(data.href), label: pathOf(data.href) });
  else if (type === INCREMENTAL && data.source === MOUSE_INTERACTION && clicks[data.type]) {
    found.push({ kind: "click", action: clicks[data.type], label: `${clicks[data.type]} (${Math.round(number(data.x))}, ${Math.round(number(data.y))})` });
  } else if (type === CUSTOM && typeof data.tag === "string") found.push(custom(data, timestamp));
  else if (type === PLUGIN) found.push(...plugin(data, timestamp));
  return found.filter(Boolean).map((entry) => ({ timestamp, ...entry }));
}
