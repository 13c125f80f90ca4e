// Access to web storage that never throws: a blocked store becomes one that lives as long as the page.

function memoryStore() {
  const values = new Map();
  return {
    persistent: false,
    get: (key) => (values.has(key) ? values.get(key) : null),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}

function webStore(area) {
  return {
    persistent: true,
    get(key) {
      try {
        return area.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        area.setItem(key, value);
      } catch {
        // Full or read-only: the page keeps its in-memory copy.
      }
    },
    remove(key) {
      try {
        area.removeItem(key);
      } catch {
        // As above.
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
