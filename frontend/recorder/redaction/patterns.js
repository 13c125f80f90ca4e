// The built-in text patterns, in the order in which they apply. The server's twin is authoritative; this one acts first.

export const MARKER = "[redacted]";

const cutAtQuery = (match) => match.slice(0, match.search(/[?#]|$/));
const mark = () => MARKER;

// ASCII classes as on the server. Where the original's twins differed, the form that redacts more:
// a URL runs on over Unicode spaces, a word ends at any non-ASCII letter.
const BUILT_IN = [
  ["url", /https?:\/\/[^ \t\n\r\f\v]+/g, cutAtQuery],
  ["jwt", /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g, mark],
  ["email", /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/g, mark],
  ["long_hex", /\b[0-9a-fA-F]{32,}\b/g, mark],
  ["card", /\b[0-9](?:[ -]?[0-9]){12,18}\b/g, mark],
];

/** [[expression, replacement], …]; `onInvalid` hears of operator expressions that do not compile. */
export function textPatterns({ disabled, custom, onInvalid }) {
  const patterns = BUILT_IN.filter(([name]) => !disabled.has(name)).map(([, expression, replace]) => [expression, replace]);
  for (const source of custom) {
    try {
      patterns.push([new RegExp(source, "g"), mark]);
    } catch {
      onInvalid(source);
    }
  }
  return patterns;
}

// Each built-in needs one of these; most strings in a recording have none.
const SUSPECT = /:\/\/|eyJ|@|[0-9a-fA-F]{13}|[0-9][ -][0-9]/;

/** A function string -> string. `hasCustom` turns the cheap pre-check off. */
export function textRedactor(patterns, hasCustom) {
  return (text) => {
    if (!hasCustom && !SUSPECT.test(text)) return text;
    let result = text;
    for (const [expression, replace] of patterns) result = result.replace(expression, replace);
    return result;
  };
}
