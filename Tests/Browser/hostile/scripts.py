"""Script elements, wherever they may stand."""

from .builder import FOREIGN, OWN, RUN, BODY, Recording, added, document, doctype, el, mutation, style, svg, text

_late = el("script", {})
_template = el("template", {}, el("script", {}, RUN))
_shadow_host = el("div", {}, el("script", {}, RUN, isShadow=True), isShadowHost=True)
_frame = el("iframe", {"id": "recorded"})
_inner = document(doctype(), el("html", {}, el("head"), el("body", {"onload": RUN}, el("script", {}, RUN))), number=900)

RECORDINGS = {
    "script-element": Recording(el("script", {}, RUN), head=[el("script", {}, RUN)]),
    "script-remote": Recording(el("script", {"src": FOREIGN + "/a.js"}), el("script", {"src": "/assets/x.js?LEAK", "defer": ""})),
    "script-upper-case": Recording(el("SCRIPT", {"src": FOREIGN}, RUN), el("ScRiPt", {}, RUN)),
    "script-odd-spelling": Recording(el("script ", {}, RUN), el("script\t", {}, RUN), el("script\u0000", {}, RUN), el("scr\u0131pt", {}, RUN)),
    "script-module": Recording(el("script", {"type": "module"}, f"import '{FOREIGN}/m.js';{RUN}"), el("script", {"type": "importmap"}, '{"imports":{"a":"%s"}}' % FOREIGN)),
    "script-speculation": Recording(el("script", {"type": "speculationrules"}, '{"prefetch":[{"source":"list","urls":["%s","%s"]}]}' % (FOREIGN, OWN))),
    "script-added": Recording(then=[added(el("script", {}, RUN)), added(el("SCRIPT", {}, RUN), at=350)]),
    "script-filled-later": Recording(_late, then=[
        mutation(adds=[{"parentId": _late["id"], "nextId": None, "node": text(RUN)}]),
        mutation(350, texts=[{"id": _late["id"], "value": RUN}], attributes=[{"id": _late["id"], "attributes": {"src": FOREIGN + "/late.js"}}])]),
    "script-svg": Recording(svg("svg", {}, svg("script", {"href": FOREIGN + "/s.js"}, RUN), svg("script", {"xlink:href": f"data:,{RUN}"}))),
    "script-svg-prefixed": Recording(svg("svg:svg", {}, svg("svg:script", {}, RUN), svg("SVG:SCRIPT", {}, RUN), svg("html:script", {}, RUN))),
    "script-in-template": Recording(_template, then=[added(el("template", {"shadowrootmode": "open"}, el("script", {}, RUN)))]),
    "script-in-foreign-object": Recording(svg("svg", {}, svg("foreignObject", {}, el("body", {"onload": RUN}, el("script", {}, RUN))))),
    "script-in-math": Recording(el("math", {}, el("annotation-xml", {"encoding": "text/html"}, el("script", {}, RUN), el("img", {"src": "x:x", "onerror": RUN})))),
    "script-in-shadow-root": Recording(_shadow_host),
    "script-in-recorded-frame": Recording(_frame, then=[mutation(adds=[{"parentId": _frame["id"], "nextId": None, "node": _inner}])]),
    "script-in-noscript": Recording(el("noscript", {}, f"<script>{RUN}</script>"), el("noscript", {}, el("img", {"src": "x:x", "onerror": RUN}))),
    "markup-in-text": Recording(
        el("title", {}, f"</title><script>{RUN}</script>"), el("textarea", {"value": f"</textarea><script>{RUN}</script>"}), el("xmp", {}, f"</xmp><script>{RUN}</script>"),
        el("plaintext", {}, f"<script>{RUN}</script>"), style(f"</style><script>{RUN}</script>"), el("option", {}, f"</option><script>{RUN}</script>")),
    "markup-in-comment": Recording({"type": 5, "textContent": f"--><script>{RUN}</script><!--", "id": 800}, {"type": 5, "textContent": f"[if IE]><script>{RUN}</script><![endif]", "id": 801}),
    "script-as-cdata": Recording(svg("svg", {}, {"type": 4, "textContent": f"]]><script>{RUN}</script>", "id": 800}), el("div", {}, {"type": 4, "textContent": RUN, "id": 802})),
    "script-by-mutated-xss": Recording(el("svg", {}, el("p"), style(f'<a title="</style><img src=x:x onerror={RUN}>">')), el("math", {}, el("mtext", {}, el("table", {}, el("mglyph", {}, style(f"<!--</style><img title='--><img src=x:x onerror={RUN}>'>")))))),
    "custom-element": Recording(el("evil-element", {"is": "script", "onclick": RUN}, RUN, isCustom=True), el("div", {"is": "evil-element"}), then=[
        {"type": 3, "data": {"source": 16, "define": {"name": "evil-element"}}, "timestamp": 1_780_000_000_300}, added(el("button", {"is": "script"}, RUN, isCustom=True), parent=BODY)]),
}
