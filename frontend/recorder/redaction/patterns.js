// Text redaction: the built-in patterns in the order in which they apply, then the operator's.
// The server's twin is authoritative; this one acts first and has the same vectors.

export const MARKER = "[redacted]";
/** Rounds until nothing changes: a card number replaced inside a URL can expose the query behind it. */
export const MAX_ROUNDS = 4;

const cutAtQuery = (match) => match.slice(0, match.search(/[?#]|$/));
const marking = (expression) => (text) => text.replace(expression, MARKER);

// ASCII classes as on the server. Where the original's twins differed, the form that redacts more:
// a URL runs on over Unicode spaces, a word ends at any non-ASCII letter.
const BUILT_IN = [
  ["url", (text) => text.replace(/https?:\/\/[^ \t\n\r\f\v]+/g, cutAtQuery)],
  ["jwt", marking(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g)],
  ["email", marking(/[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/g)],
  ["long_hex", marking(/\b[0-9a-fA-F]{32,}\b/g)],
];
const anyCard = marking(/\b[0-9](?:[ -]?[0-9]){12,18}\b/g);
// 13 digits that begin with 1 or 2 are milliseconds since 1970, and no network's card.
const CARD = /\b(?![12][0-9]{12}\b)[0-9](?:[ -](?![12][0-9]{12}\b)[0-9]|[0-9]){12,18}\b/g;

// Each built-in needs one of these; most strings in a recording have none.
const SUSPECT = /:\/\/|eyJ|@|[0-9a-fA-F]{13}|[0-9][ -][0-9]/;

/** Does a beginning of the run that ends with a group of digits pass Luhn's check? What follows a card is its date or its code. */
function beginsWithCard(run) {
  let digits = 0;
  const sums = [0, 0];
  for (let i = 0; i < run.length; i++) {
    if (!(run[i] >= "0")) continue;
    const value = +run[i];
    const isOdd = digits++ & 1;
    sums[isOdd] += value < 5 ? 2 * value : 2 * value - 9;
    sums[1 - isOdd] += value;
    if (digits > 12 && !(run[i + 1] >= "0") && sums[digits & 1] % 10 === 0) return true;
  }
  return false;
}

function replaceCards(text) {
  let result = "";
  let position = 0;
  CARD.lastIndex = 0;
  for (let match; (match = CARD.exec(text)); ) {
    if (beginsWithCard(match[0])) {
      result += text.slice(position, match.index) + MARKER;
      position = CARD.lastIndex;
    } else CARD.lastIndex = match.index + 1;
  }
  return result + text.slice(position);
}

/** Is text[start..<end] part of a marker? A broad pattern (`\w+`) must not eat into those: they would grow with each pass. */
function isInsideMarker(text, start, end) {
  for (let from = Math.max(0, end - MARKER.length); from <= start; from++) if (text.startsWith(MARKER, from)) return true;
  return false;
}

// What the server reads otherwise than this language does.
const CLASSES = { s: " \\t-\\r", h: "0-9a-fA-F" };
const ANCHORS = { "\\A": "(?<![^])", "\\z": "(?![^])", "\\Z": "(?!\n?[^])", "^": "(?<![^\n])", $: "(?![^\n])" };

/** The operator's expression, plain or as /…/i. `^` and `$` match at every line, as on the server. */
function compile(source) {
  const [, body, flags] = /^\/(.+)\/([a-z]*)$/s.exec(source) || [0, source, ""];
  const any = /[sm]/.test(flags) ? "[^]" : "[^\n]";
  let inClass = false;
  const expression = body.replace(/\\[^]|[[\].^$]/g, (token) => {
    const letter = token[1];
    const members = letter && CLASSES[letter.toLowerCase()];
    if (token === "[") inClass = true;
    else if (token === "]") inClass = false;
    else if (inClass) return members && CLASSES[letter] ? members : token;
    else if (members) return `[${CLASSES[letter] ? "" : "^"}${members}]`;
    else return token === "." ? any : ANCHORS[token] || token;
    return token;
  });
  return new RegExp(expression, flags.includes("i") ? "gi" : "g");
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
export function textRedactor({ disabled, custom, checksCards, onInvalid }) {
  const cards = ["card", checksCards ? replaceCards : anyCard];
  const builtIns = [...BUILT_IN, cards].filter(([name]) => !disabled.has(name));
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
    if (SUSPECT.test(text)) for (const [, replace] of builtIns) result = replace(result);
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
