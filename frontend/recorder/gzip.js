// A small synchronous gzip: a page that is going away waits for no CompressionStream. Fixed Huffman codes, greedy matches.

const WINDOW = 32_768;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const CHAIN = 12;
const HASH_BITS = 15;

const CRC = new Int32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function crc32(bytes) {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = CRC[(c ^ bytes[i]) & 255] ^ (c >>> 8);
  return ~c >>> 0;
}

function reversed(code, bits) {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((code >> i) & 1) << (bits - 1 - i);
  return result;
}

// RFC 1951, 3.2.6: codes and their lengths, bits reversed as they are packed.
const LITERAL_BITS = new Uint8Array(288);
const LITERAL_CODE = new Uint16Array(288);
for (let n = 0; n < 288; n++) {
  const bits = n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8;
  const code = n < 144 ? 0x30 + n : n < 256 ? 0x190 + n - 144 : n < 280 ? n - 256 : 0xc0 + n - 280;
  LITERAL_BITS[n] = bits;
  LITERAL_CODE[n] = reversed(code, bits);
}

/** Base values and extra bits of length or distance symbols (RFC 1951, 3.2.5). */
function ranges(first, count, group) {
  const base = [];
  const extra = [];
  for (let i = 0, value = first; i < count; i++) {
    const bits = Math.max(0, Math.floor(i / group) - 1);
    base.push(value);
    extra.push(bits);
    value += 1 << bits;
  }
  return { base, extra };
}
const LENGTHS = ranges(3, 28, 4);
const DISTANCES = ranges(1, 30, 2);
const LENGTH_SYMBOL = new Uint8Array(MAX_MATCH + 1);
for (let i = 0, length = 3; length < MAX_MATCH; length++) {
  while (i < 27 && LENGTHS.base[i + 1] <= length) i++;
  LENGTH_SYMBOL[length] = i;
}

class BitWriter {
  constructor(capacity) {
    this.bytes = new Uint8Array(capacity);
    this.length = 0;
    this.pending = 0;
    this.count = 0;
  }

  byte(value) {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = value;
  }

  bits(value, count) {
    this.pending |= value << this.count;
    this.count += count;
    while (this.count >= 8) {
      this.byte(this.pending & 255);
      this.pending >>>= 8;
      this.count -= 8;
    }
  }

  word(value) {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  literal(symbol) {
    this.bits(LITERAL_CODE[symbol], LITERAL_BITS[symbol]);
  }

  match(length, distance) {
    if (length === MAX_MATCH) {
      this.literal(285);
    } else {
      const symbol = LENGTH_SYMBOL[length];
      this.literal(257 + symbol);
      this.bits(length - LENGTHS.base[symbol], LENGTHS.extra[symbol]);
    }
    let symbol = DISTANCES.base.length - 1;
    while (DISTANCES.base[symbol] > distance) symbol--;
    this.bits(reversed(symbol, 5), 5);
    this.bits(distance - DISTANCES.base[symbol], DISTANCES.extra[symbol]);
  }

  align() {
    if (this.count > 0) this.byte(this.pending & 255);
    this.pending = this.count = 0;
  }
}

function deflate(input, out) {
  const head = new Int32Array(1 << HASH_BITS).fill(-1);
  const previous = new Int32Array(WINDOW);
  const last = input.length - MIN_MATCH;
  const insert = (at) => {
    const hash = (Math.imul((input[at] << 16) | (input[at + 1] << 8) | input[at + 2], 0x9e3779b1) >>> (32 - HASH_BITS)) >>> 0;
    const candidate = head[hash];
    previous[at & (WINDOW - 1)] = candidate;
    head[hash] = at;
    return candidate;
  };
  out.bits(1, 1);
  out.bits(1, 2);
  for (let at = 0; at < input.length; ) {
    let best = 0;
    let distance = 0;
    if (at <= last) {
      const limit = Math.min(MAX_MATCH, input.length - at);
      let candidate = insert(at);
      for (let tries = CHAIN; candidate >= 0 && at - candidate <= WINDOW && tries > 0; tries--) {
        if (input[candidate + best] === input[at + best]) {
          let length = 0;
          while (length < limit && input[candidate + length] === input[at + length]) length++;
          if (length > best) {
            best = length;
            distance = at - candidate;
            if (length === limit) break;
          }
        }
        const older = previous[candidate & (WINDOW - 1)];
        if (older >= candidate) break;
        candidate = older;
      }
    }
    if (best >= MIN_MATCH) {
      out.match(best, distance);
      const end = at + best;
      for (at++; at < end; at++) if (at <= last) insert(at);
    } else {
      out.literal(input[at++]);
    }
  }
  out.literal(256);
  out.align();
}

/** One gzip member. */
export function gzipSync(input) {
  const out = new BitWriter(Math.max(64, input.length >> 2));
  for (const byte of [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]) out.byte(byte);
  deflate(input, out);
  out.word(crc32(input));
  out.word(input.length >>> 0);
  return out.bytes.subarray(0, out.length);
}
