// A loop must not fill the recording: so many entries of one kind in 10 s, the rest is counted and told once.

const WINDOW_MS = 10_000;
/** More kinds in that time count as one. */
const KINDS = 20;

/**
 * `tell(count, last)` hears how many of a kind were left out, and the last of them. Returns whether there is room for an
 * entry, and what tells now, without making room.
 */
export function flood(limit, tell) {
  const seen = new Map();
  const settle = () =>
    seen.forEach((state) => {
      const rest = state[0] - limit;
      if (rest > 0) tell(rest, state[1]);
      state[0] -= Math.max(0, rest);
    });
  const admits = (entry, kind = "") => {
    if (!seen.size) {
      setTimeout(() => {
        settle();
        seen.clear();
      }, WINDOW_MS);
    }
    const name = seen.has(kind) || seen.size < KINDS ? kind : "";
    const count = (seen.get(name) || [0])[0] + 1;
    seen.set(name, [count, entry]);
    return count <= limit;
  };
  return [admits, settle];
}
