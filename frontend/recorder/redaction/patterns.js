// Text redaction: the built-in patterns in the order in which they apply, then the operator's.
// The server's twin is authoritative; this one acts first and has the same vectors.

export const MARKER = "[redacted]";
/** Rounds until nothing changes: a card number replaced inside a URL can expose the query behind it. */
export const MAX_ROUNDS = 4;

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

// Each built-in needs one of these; most strings in a recording have none.
const SUSPECT = /:\/\/|eyJ|@|[0-9a-fA-F]{13}|[0-9][ -][0-9]/;

/** Is text[start..<end] part of a marker? A broad pattern (`\w+`) must not eat into those: they would grow with each pass. */
function isInsideMarker(text, start, end) {
  for (let from = Math.max(0, end - MARKER.length); from <= start; from++) if (text.startsWith(MARKER, from)) return true;
  return false;
}

/** The operator's expression, plain or as /…/i. `^` and `$` match at every line, as on the server. */
function compile(source) {
  const delimited = /^\/(.+)\/([a-z]*)$/s.exec(source);
  const flags = delimited ? delimited[2] : "";
  const ignoreCase = flags.includes("i") ? "i" : "";
  const dotAll = /[sm]/.test(flags) ? "s" : "";
  return new RegExp(delimited ? delimited[1] : source, `gm${ignoreCase}${dotAll}`);
}

function replaceCustom(text, expression) {
  let result = "";
  let position = 0;
  for (const match of text.matchAll(expression)) {
    const end = match.index + match[0].length;
    if (match[0] === "" || isInsideMarker(text, match.index, end)) continue;
    result += text.slice(position, match.index) + MARKER;
    position = end;
  }
  return position === 0 ? text : result + text.slice(position);
}

/** A function string -> string. `onInvalid` hears of operator expressions that do not compile; the others hold. */
export function textRedactor({ disabled, custom, onInvalid }) {
  const builtIns = BUILT_IN.filter(([name]) => !disabled.has(name));
  const customs = [];
  for (const source of custom) {
    try {
      customs.push(compile(source));
    } catch {
      onInvalid(source);
    }
  }
  const once = (text) => {
    let result = text;
    if (SUSPECT.test(text)) for (const [, expression, replace] of builtIns) result = result.replace(expression, replace);
    for (const expression of customs) result = replaceCustom(result, expression);
    return result;
  };
  return (text) => untilStable(text, once);
}

/** Repeats until the output would not change any more; what still does is replaced whole. */
export function untilStable(text, once) {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = once(current);
    if (next === current) return current;
    current = next;
  }
  return once(current) === current ? current : MARKER;
}
