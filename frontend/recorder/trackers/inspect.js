// Any value as a developer would read it. What a page shows is named, never written out.

import { MARKER } from "../redaction/patterns.js";
import { selectorOf } from "./selector.js";

/** What is under such a name is nobody's business. */
const SECRET = /passw|passphrase|pwd|secret|token|^auth$|authori[sz]ation|cookie|credential|(api|private).?key|session.?id|jwt|^otp$|cvv|cvc/i;
const MOST_OBJECTS = 500;
const MOST_ITEMS = 100;

/** May throw what getters and `toJSON` of the value throw. */
function read(root) {
  const seen = new Set();

  const shown = (key, value) => {
    const type = typeof value;
    if (SECRET.test(key)) return MARKER;
    if (type === "function") return `[function ${value.name}]`;
    if (type === "bigint" || type === "symbol") return String(value);
    if (type !== "object" || value === null) return value;
    if (value.nodeType) return value.nodeType === 1 ? `<${selectorOf(value)}>` : value.nodeName;
    if (value instanceof Error) return (key === "" && value.stack) || `${value.name}: ${value.message}`;
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (/^(Date|URL|RegExp)$/.test(kind)) return String(value);
    const list = kind === "Map" ? [...value].map(([name, item]) => [name, SECRET.test(name) ? MARKER : item]) : kind === "Set" ? [...value] : value;
    if (kind !== "Object" && !Array.isArray(list)) return `[${kind}]`;
    if (seen.has(value) || seen.size > MOST_OBJECTS) return "…";
    seen.add(value);
    return kind === "Object" ? Object.fromEntries(Object.keys(value).slice(0, MOST_ITEMS).map((name) => [name, value[name]])) : list.slice(0, MOST_ITEMS);
  };

  const top = shown("", root);
  if (typeof top !== "object" || top === null) return String(top);
  let isTop = true;
  return JSON.stringify(top, (key, value) => {
    if (!isTop) return shown(key, value);
    isTop = false;
    return value;
  });
}

export function inspect(value) {
  try {
    return read(value);
  } catch {
    return "[unreadable]";
  }
}
