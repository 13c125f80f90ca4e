const spaces = /\s{64,}/g;
const escapedLetter = /\\(?:0{0,4}([46][1-9a-f]|[57][0-9a])(?:\r\n|[ \t\r\n\f])?|([g-zG-Z]))/gi;
const imports = /@import\b[^;{}]*;?/gi;
const namespace = /@namespace\s+[\w-]*\s*$/i;
// With an address in it, or broken off.
const references = /url\(\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)'|([^"'()\\\s]*))\s*(?:\)|$)|url\(/gi;
// Not in `(hover: hover)`, and not where it is a name already.
const hover = /(?<!\\|hover\s{0,8}):hover(?![\w-])/g;
const named = /image-set\(\s*(?=["'])/gi;
const nothing = 'url("data:,")';
// Browsers read brackets by recursion, and some fall over.
const deepest = 64;

/** Declarations or rules that call nobody. Only the address is replaced, so that the rest of its rule stays. Takes time with the length of `css`, whatever is in it. */
export function style(css, addresses) {
  if (typeof css !== "string" || css === "" || depth(css) > deepest) return "";
  let text = css.replace(spaces, " ");
  // An escaped letter is that letter, in names as in strings: then `u\72l(` is seen.
  if (text.includes("\\")) text = text.replace(escapedLetter, (match, code, letter) => letter || String.fromCharCode(parseInt(code, 16)));
  text = text.replace(imports, (rule) => {
    addresses.asset(/["'(]\s*([^"')\s]+)/.exec(rule)?.[1]);
    return "";
  });
  text = text.replace(named, "none(");
  return text.replace(references, (match, double, single, bare, offset) => {
    const address = double ?? single ?? bare;
    if (address === undefined) return "none(";
    if (namespace.test(text.slice(Math.max(0, offset - 80), offset))) return match;
    return addresses.asset(address) === undefined ? nothing : match;
  });
}

/**
 * A style sheet as the player needs it: elements the recorded pointer is over have the class `:hover`. rrweb would do this itself, but its reader
 * of style sheets can be kept busy for ever by a crafted one.
 */
export function sheet(css, addresses) {
  return style(css, addresses).replace(hover, ":is(:hover,.\\:hover)");
}

const mayCall = /@import|url\(|image-set\(|\\[0-9a-z]/i;

/** Text that may or may not belong to a style element. What reads like rules that call is treated as such. */
export function text(value, addresses) {
  return mayCall.test(value) && /[{};]/.test(value) ? style(value, addresses) : value;
}

/** How deep brackets nest, those in strings and comments left out. */
function depth(css) {
  let open = 0;
  let most = 0;
  for (let at = 0; at < css.length; at += 1) {
    const character = css[at];
    if (character === "\\") at += 1;
    else if (character === "{" || character === "(" || character === "[") most = Math.max(most, (open += 1));
    else if (character === "}" || character === ")" || character === "]") open = Math.max(0, open - 1);
    else if (character === "/" && css[at + 1] === "*") at = end(css, "*/", at + 2) + 1;
    else if (character === '"' || character === "'") at = endOfString(css, character, at + 1);
  }
  return most;
}

function end(css, mark, from) {
  const at = css.indexOf(mark, from);
  return at < 0 ? css.length : at;
}

function endOfString(css, quote, from) {
  let at = from;
  while (at < css.length && css[at] !== quote && css[at] !== "\n") at += css[at] === "\\" ? 2 : 1;
  return at;
}
