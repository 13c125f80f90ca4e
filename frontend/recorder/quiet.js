// The recorder is a guest: nothing it does may surface as an exception in the page.

export function warn(message, detail) {
  try {
    if (detail === undefined) console.warn(`[sentiero] ${message}`);
    else console.warn(`[sentiero] ${message}`, detail);
  } catch {
    // A page may have replaced console with something that throws.
  }
}

/** Wraps a callback so that it warns instead of throwing; returns undefined then. */
export function quietly(what, callback) {
  return (...args) => {
    try {
      return callback(...args);
    } catch (error) {
      warn(`${what} failed`, error);
      return undefined;
    }
  };
}
