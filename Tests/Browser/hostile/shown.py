"""What the page itself shows: activity, address, badges, metadata."""

from .builder import BODY, OWN, PIXEL, RUN, START, Recording, added, change, custom, el

MARKUP = f"\"'><img src=x:x onerror={RUN}><script>{RUN}</script></script></style></title><svg onload={RUN}>"

RECORDINGS = {
    "shown-custom-events": Recording(then=[custom(MARKUP, {MARKUP: MARKUP}), custom("x", MARKUP), custom("javascript:" + RUN, [MARKUP]), custom("\u202egnp.exe", {})]),
    "shown-errors": Recording(then=[custom("error", {"message": MARKUP, "source": "javascript:" + RUN, "stack": MARKUP, "lineno": MARKUP, "type": MARKUP}), custom("error", MARKUP), custom("error", {"message": ["x"], "stack": {"toString": 1}})]),
    "shown-navigation": Recording(then=[custom("navigation", {"url": "javascript:" + RUN, "text": MARKUP, "external": True}), custom("navigation", {"url": MARKUP, "external": True}), custom("navigation", {"url": 5}), custom("navigation", {"url": None, "external": {}})]),
    "shown-reserved": Recording(then=[custom(tag, {"metric": MARKUP, "value": MARKUP, "rating": MARKUP, "reason": MARKUP}) for tag in ("__perf", "__click", "__form_submit", "__recorder", "__proto__", "__")]),
    "shown-console": Recording(then=[{"type": 6, "data": {"plugin": "rrweb/console@1", "payload": {"level": level, "trace": [MARKUP], "payload": [MARKUP, f"%c{MARKUP}", "color:url(" + OWN + ")"]}}, "timestamp": START + 300} for level in ("log", "error", MARKUP, "assert")]),
    "shown-network": Recording(then=[{"type": 6, "data": {"plugin": "rrweb/network@1", "payload": {"requests": [{"name": name, "method": MARKUP, "status": MARKUP, "initiatorType": MARKUP, "startTime": MARKUP, "duration": {"toString": 1}} for name in ("javascript:" + RUN, MARKUP, "http://LEAK.evil.example/", OWN)]}}, "timestamp": START + 300}]),
    "shown-addresses": Recording(meta={"href": "javascript:" + RUN}, then=[{"type": 4, "data": {"href": href, "width": 800, "height": 500}, "timestamp": START + 300 + step} for step, href in enumerate((MARKUP, "http://x/" + MARKUP, "data:text/html," + MARKUP, "x" * 100_000, "http://[", "\u202e"))]),
    "shown-metadata": Recording(metadata={"url": "javascript:" + RUN, "referrer": "http://x/" + MARKUP, "entry_url": MARKUP, "viewport": MARKUP, "title": MARKUP, MARKUP: MARKUP, "browser": MARKUP, "has_errors": MARKUP, "list": [MARKUP], "object": {MARKUP: MARKUP}, "\u202e": "\u2028\u2029"}),
    "shown-metadata-closing": Recording(metadata={"url": f"https://shop.example/</script><script>{RUN}</script>", "viewport": f"</script><script>{RUN}</script>", "a": "<!--<script>", "b": "{{{config}}}{{>layout}}", "c": "&lt;script&gt;"}),
    "shown-user-agent": Recording(user_agent=f"Mozilla/5.0 <script>{RUN}</script> Chrome/120.0 \"onload={RUN}"),
    "shown-clicks": Recording(then=[change({"source": 2, "type": 2, "id": BODY, "x": MARKUP, "y": {"toString": 1}}), change({"source": 2, "type": 2, "id": BODY, "x": 1e308, "y": None}, 310), change({"source": 2, "type": 2, "id": BODY}, 320)]),
    "shown-many": Recording(then=[custom(f"event {number} {MARKUP}", {}, 300) for number in range(1200)]),
    "pictures-of-text": Recording(el("img", {"src": PIXEL, "alt": MARKUP, "title": MARKUP}), then=[added(el("p", {"title": MARKUP, "aria-label": MARKUP, "data-confirm": MARKUP, "data-retry": "", "data-play": ""}, MARKUP))]),
}
