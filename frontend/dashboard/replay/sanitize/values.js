/** A finite number within bounds, or what to take instead. */
export function number(value, low, high, instead) {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : instead;
}

/** rrweb numbers nodes from 1, and uses -1 and -2 for what it does not know. Anything else would find its way into prototypes: it looks ids up in a plain object. */
export const isNodeId = (value) => Number.isSafeInteger(value) && value >= -2;

/** A name that plain objects do not have already. */
export const isOwnName = (name) => !(name in Object.prototype);

export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export const list = (value) => (Array.isArray(value) ? value : []);

export const string = (value) => (typeof value === "string" ? value : "");

const hidden = new Set(["__proto__", "toString", "valueOf", "toJSON"]);

/** JSON that can be shown and copied: without the keys that change how an object turns into text, or what it inherits. Depth is bounded. */
export function plain(value, depth = 0) {
  if (typeof value !== "object" || value === null) return value;
  if (depth > 100) return null;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !hidden.has(key))
      .map(([key, item]) => [key, plain(item, depth + 1)]),
  );
}
