// Custom event tags with a meaning of their own: only the recorder may use them, so that page code cannot claim an error,
// a navigation or a measurement that never was.

export function isReservedTag(tag) {
  return tag === "error" || tag === "navigation" || String(tag).startsWith("__");
}
