// Old libraries define toJSON on arrays, which makes JSON.stringify write arrays as quoted strings.

const TAMPERED = [Array.prototype, Object.prototype, String.prototype];

export function stringify(value) {
  const saved = [];
  for (const prototype of TAMPERED) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, "toJSON");
    if (descriptor && descriptor.configurable) {
      saved.push([prototype, descriptor]);
      delete prototype.toJSON;
    }
  }
  try {
    return JSON.stringify(value);
  } finally {
    for (const [prototype, descriptor] of saved) Object.defineProperty(prototype, "toJSON", descriptor);
  }
}

/** A detached copy that surely serializes, or undefined (cycles, BigInt, throwing getters). */
export function plainCopy(value) {
  try {
    const text = stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
