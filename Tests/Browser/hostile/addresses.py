"""Addresses that run code, and links that lead the viewer away."""

from .builder import FOREIGN, OWN, RUN, Recording, added, attributes, clicked, el, svg

CODE = "javascript:" + RUN
DISGUISED = [
    "JaVaScRiPt:" + RUN, " javascript:" + RUN, "\tjavascript:" + RUN, "java\nscript:" + RUN, "java\tscript:" + RUN, "\u0001javascript:" + RUN, "javascript\r:" + RUN,
    "javascript&colon;" + RUN, "&#106;avascript:" + RUN, "javascript:%74op.hacked=1", "vbscript:" + RUN, "livescript:" + RUN, "view-source:javascript:" + RUN,
    "jar:javascript:" + RUN, "feed:javascript:" + RUN, "\u00a0javascript:" + RUN, "\ufeffjavascript:" + RUN, "javascript://%0a" + RUN, "data:text/html,<script>%s</script>" % RUN,
    "data:text/html;base64,PHNjcmlwdD50b3AuaGFja2VkPTE8L3NjcmlwdD4=", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.hacked=1'/>", "blob:HOME/1", "filesystem:HOME/t/x",
]
_link = el("a", {"href": CODE, "accesskey": "x"}, "link")
_top = [el("a", {"href": address, "target": target}, "away") for address in (FOREIGN, OWN) for target in ("_top", "_parent", "_self", "_blank", "opener")]
_form = el("form", {"action": CODE, "method": "post", "target": "_top"}, el("input", {"type": "submit", "formaction": CODE, "autofocus": ""}), el("button", {"formaction": FOREIGN, "formtarget": "_top"}, "x"), el("isindex", {"action": CODE, "type": "submit"}))
_later = [el(tag) for tag in ("a", "iframe", "object", "embed", "form", "img", "video", "base", "area")]

RECORDINGS = {
    "javascript-link": Recording(_link, el("area", {"href": CODE}), el("base", {"href": CODE}), then=clicked(_link)),
    "javascript-disguised": Recording(*[el("a", {"href": address}, "x") for address in DISGUISED], then=[step for node in [_link] for step in clicked(node)]),
    "javascript-in-frames": Recording(*[el("iframe", {"src": address}) for address in [CODE, *DISGUISED]]),
    "javascript-in-images": Recording(*[el("img", {"src": address, "srcset": address + " 2x", "lowsrc": address, "dynsrc": address}) for address in [CODE, *DISGUISED]]),
    "javascript-in-objects": Recording(el("object", {"data": CODE, "type": "text/html"}), el("embed", {"src": CODE}), el("object", {}, el("param", {"name": "movie", "value": CODE})), el("applet", {"code": CODE})),
    "javascript-in-media": Recording(el("video", {"src": CODE, "poster": CODE}), el("audio", {"src": CODE}), el("input", {"type": "image", "src": CODE}), el("table", {"background": CODE}), el("track", {"src": CODE})),
    "javascript-in-forms": Recording(_form, then=[*clicked(_form["childNodes"][0]), *clicked(_form["childNodes"][1], 600)]),
    "javascript-in-links": Recording(head=[el("link", {"rel": "stylesheet", "href": CODE}), el("link", {"rel": "import", "href": CODE}), el("meta", {"http-equiv": "refresh", "content": "0;url=" + CODE}), el("link", {"rel": "icon", "href": CODE})]),
    "javascript-in-svg": Recording(svg("svg", {}, svg("a", {"xlink:href": CODE}, svg("text", {}, "x")), svg("a", {"href": CODE}, svg("rect", {"width": "9", "height": "9"})), svg("use", {"xlink:href": "data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>top.hacked=1</script></svg>#x"}))),
    "javascript-by-animation": Recording(svg("svg", {}, svg("a", {"id": "z", "href": "#"}, svg("animate", {"attributeName": "href", "values": CODE, "dur": "1ms", "fill": "freeze"}), svg("set", {"attributeName": "xlink:href", "to": CODE}), svg("animate", {"xlink:href": "#z", "attributeName": "href", "from": CODE, "to": CODE, "begin": "0s"}), svg("text", {"y": "20"}, "x")))),
    "javascript-in-math": Recording(el("math", {"href": CODE}, el("mrow", {"xlink:href": CODE}, "x"), el("maction", {"actiontype": "statusline", "xlink:href": CODE}, "x"))),
    "javascript-by-change": Recording(*_later, then=[attributes(node, {"href": CODE, "src": CODE, "data": CODE, "action": CODE, "formaction": CODE, "xlink:href": CODE, "poster": CODE, "srcdoc": f"<script>{RUN}</script>"}, 300 + step) for step, node in enumerate(_later)] + [clicks for node in _later for clicks in clicked(node)]),
    "links-out-of-the-frame": Recording(*_top, then=[step for node in _top for step in clicked(node)]),
    "links-added": Recording(then=[added(el("a", {"href": FOREIGN, "target": "_top", "ping": FOREIGN + "/ping", "attributionsrc": FOREIGN, "download": ""}, "x"))]),
    "opener": Recording(el("a", {"href": FOREIGN, "target": "_blank", "rel": "opener"}, "x"), el("a", {"href": CODE, "target": "sentiero"}, "x"), el("iframe", {"name": "_top"}), el("iframe", {"name": "opener"}), then=clicked(_link)),
}
