// The last words of a page. Everything up to the hand-over is synchronous: a page that is unloading waits for nothing.

import { encode, gzipSync } from "./compression.js";
import { isPassing } from "./backoff.js";
import { warn } from "./quiet.js";

/** Below the 64 KiB that a browser takes in beacons and keep-alive requests, all in flight together. */
export const MAX_BEACON_BYTES = 64_000;

/** Hands a batch over, in halves where it is too large. */
export function sendLast(batch, transport) {
  const { buffer, config } = transport;
  const bytes = encode(batch.body());
  const body = gzipSync(bytes);
  const tooLarge = body.length > MAX_BEACON_BYTES || bytes.length > config.maxInflatedBytes;
  if (tooLarge && batch.events.length > 1 && !batch.attempted) {
    const halves = batch.split(() => transport.sequenceBeside(batch));
    buffer.replace(batch, halves);
    for (const half of halves) sendLast(half, transport);
    return;
  }
  // No Content-Encoding and text/plain: nothing to ask a preflight for. The server knows gzip by its first bytes.
  const blob = new Blob([body], { type: "text/plain" });
  if (takesBeacon(config.eventsUrl, blob)) {
    handedOver(batch, buffer);
  } else if (!batch.inFlight) {
    // Sent on its own it is out of the queue; it comes back if that fails and the page still lives.
    buffer.remove(batch);
    sendAlone(batch, blob, transport);
  }
}

function takesBeacon(url, blob) {
  try {
    return navigator.sendBeacon(url, blob);
  } catch {
    return false; // Missing, or made to throw by an extension.
  }
}

/** A batch whose upload is under way stays queued: the upload's answer decides, and a repetition has the same id. */
function handedOver(batch, buffer) {
  batch.attempted = true;
  batch.beaconed = true;
  if (!batch.inFlight) buffer.remove(batch);
}

async function sendAlone(batch, blob, transport) {
  batch.attempted = true;
  const post = async (keepalive) => {
    const response = await window.fetch(transport.config.eventsUrl, { method: "POST", body: blob, keepalive });
    // Anything but a passing fault is final, as for an upload.
    if (isPassing(response.status)) throw new Error(`status ${response.status}`);
  };
  try {
    await post(true);
  } catch {
    try {
      // Over the bound on keep-alive bytes; a page that was only hidden can still send normally.
      await post(false);
    } catch (error) {
      warn("the last events were not sent", error);
      if (!transport.discarded) transport.buffer.restore(batch);
    }
  }
}
