// crypto.randomUUID is missing on plain-HTTP origins other than localhost; getRandomValues is not.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALID_ID = /^[a-zA-Z0-9_-]{1,128}$/;

function randomBytes(count) {
  const bytes = new Uint8Array(count);
  const source = globalThis.crypto;
  if (source && source.getRandomValues) source.getRandomValues(bytes);
  else for (let i = 0; i < count; i++) bytes[i] = Math.random() * 256;
  return bytes;
}

/** UUID version 4. */
export function uuid() {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** 12 characters of the id alphabet: 72 random bits, ample among the 64 batches a window remembers. */
export function batchId() {
  return Array.from(randomBytes(12), (byte) => ALPHABET[byte & 63]).join("");
}

/** What the server accepts as a session, window or batch id. */
export function isValidId(value) {
  return typeof value === "string" && VALID_ID.test(value);
}
