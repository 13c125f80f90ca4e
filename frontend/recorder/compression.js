// gzip by the browser where it can, by our own synchronous one where it cannot or may not wait.

import { gzipSync } from "./gzip.js";

export function encode(text) {
  return new TextEncoder().encode(text);
}

/** Never fails. */
export async function gzip(bytes) {
  if (typeof CompressionStream === "function") {
    try {
      const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    } catch {
      // A stream that breaks is no reason to lose events.
    }
  }
  return gzipSync(bytes);
}

export { gzipSync };
