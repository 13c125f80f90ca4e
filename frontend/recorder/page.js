// Waiting for the page, and hearing of its end.

/** Once the document can be recorded: parsed, and shown rather than prerendered. Returns a function that cancels. */
export function whenReady(callback) {
  let cancelled = false;
  const parsed = () => {
    if (cancelled) return;
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => cancelled || callback(), { once: true });
    else callback();
  };
  if (document.prerendering) document.addEventListener("prerenderingchange", parsed, { once: true });
  else parsed();
  return () => {
    cancelled = true;
  };
}

/** `leave` on pagehide, `hide` whenever the page disappears from view, `back` from the back/forward cache. */
export function watchVisibility({ hide, leave, back }) {
  const onVisibility = () => document.visibilityState === "hidden" && hide();
  // pagehide is fired at the window, never at the document.
  const onPageHide = () => leave();
  const onPageShow = (event) => event.persisted && back();
  document.addEventListener("visibilitychange", onVisibility);
  window.addEventListener("pagehide", onPageHide);
  window.addEventListener("pageshow", onPageShow);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    window.removeEventListener("pagehide", onPageHide);
    window.removeEventListener("pageshow", onPageShow);
  };
}

/** Style sheets that have not arrived cannot be inlined; true when the page has some. */
export function hasPendingStyles() {
  return Array.from(document.querySelectorAll('link[rel~="stylesheet"]')).some((link) => !link.disabled && link.sheet === null);
}

/** Inside a same-origin frame of a page that records: rrweb records this frame from there. */
export function isRecordedByParent() {
  try {
    for (let frame = window; frame !== frame.parent; frame = frame.parent) {
      const outer = frame.parent.Sentiero;
      if (outer && typeof outer.state === "function" && ["recording", "waiting", "buffering"].includes(outer.state())) return true;
    }
  } catch {
    // Another origin: nobody records us from there.
  }
  return false;
}
