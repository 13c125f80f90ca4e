// Access to web storage that never throws: a blocked store becomes one that lives as long as the page.

function memoryStore() {
  const values = new Map();
  return {
    get: (key) => (values.has(key) ? values.get(key) : null),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

function webStore(area) {
  // What a full or read-only store refuses is kept here, lest a session seem to vanish.
  const refused = memoryStore();
  return {
    get(key) {
      const kept = refused.get(key);
      if (kept !== null) return kept;
      try {
        return area.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        area.setItem(key, value);
        refused.remove(key);
      } catch {
        refused.set(key, value);
      }
    },
    remove(key) {
      refused.remove(key);
      try {
        area.removeItem(key);
      } catch {
        // Nothing was stored then.
      }
    },
  };
}

/** `name` is localStorage or sessionStorage. Reads nothing and writes nothing by itself. */
export function openStore(name) {
  try {
    // Merely touching the property throws when the browser blocks storage.
    const area = window[name];
    if (area) return webStore(area);
  } catch {
    // Fall through.
  }
  return memoryStore();
}
