// Session and window ids mirrored into cookies, so that server-side reporters can link to the replay.

export const SESSION_COOKIE = "sentiero_sid";
export const WINDOW_COOKIE = "sentiero_wid";

/** The decoded value of a cookie, or null. A malformed percent-escape yields the raw text. */
export function readCookie(name) {
  let header = "";
  try {
    header = document.cookie || "";
  } catch {
    return null; // Sandboxed documents refuse cookie access.
  }
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    const key = (at < 0 ? part : part.slice(0, at)).trim();
    if (key !== name) continue;
    const raw = at < 0 ? "" : part.slice(at + 1).trim();
    try {
      return decodeURIComponent(raw);
    } catch {
      return raw;
    }
  }
  return null;
}

export function writeCookie(name, value, maxAgeSeconds) {
  try {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${maxAgeSeconds}; SameSite=Lax${secure}`;
  } catch {
    // The mirror is a convenience; recording does not depend on it.
  }
}

export function expireCookie(name) {
  writeCookie(name, "", 0);
}

/** Lives as long as a session may: `maxAgeMs` rounded to seconds. */
export function mirrorIdentity(sessionId, windowId, maxAgeMs) {
  if (!sessionId) return;
  const seconds = Math.round(maxAgeMs / 1000);
  writeCookie(SESSION_COOKIE, sessionId, seconds);
  if (windowId) writeCookie(WINDOW_COOKIE, windowId, seconds);
}

/** Touches no cookie that is not there: before consent nothing may be set, not even to nothing. */
export function expireIdentity() {
  for (const name of [SESSION_COOKIE, WINDOW_COOKIE]) if (readCookie(name) !== null) expireCookie(name);
}
