// Percent-encoding in URL parts. Malformed escapes stay as they are; `+` is not a space here.

const ENDS_A_PART = /[\0-\x20\x7f%&#?/]/g;

function escape(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** {text, isText}: the decoded part; one character per byte when it is not UTF-8. */
export function decode(part) {
  if (!part.includes("%")) return { text: part, isText: true };
  const source = new TextEncoder().encode(part);
  const bytes = [];
  for (let i = 0; i < source.length; i++) {
    const hex = source[i] === 37 && i + 2 < source.length ? String.fromCharCode(source[i + 1], source[i + 2]) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(source[i]);
    }
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes)), isText: true };
  } catch {
    return { text: bytes.map((byte) => String.fromCharCode(byte)).join(""), isText: false };
  }
}

/** A URL in a parameter of a URL is encoded twice; nobody reads more layers than these. */
export const MAX_LAYERS = 4;

/** What is left when nothing is encoded any more. */
export function decodeAll(part) {
  let text = part;
  for (let layer = 0; layer < MAX_LAYERS; layer++) text = decode(text).text;
  return text;
}

/** Only what would end the part or read as an escape is encoded, so that redacted output cannot inject a parameter. */
export function encode(text, isText) {
  const encoded = text.replace(ENDS_A_PART, escape);
  return isText ? encoded : encoded.replace(/[\x80-\xff]/g, escape);
}
