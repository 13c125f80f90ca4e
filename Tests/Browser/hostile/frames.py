"""Frames, objects, and attempts at the replay's own frame."""

from .builder import BODY, FOREIGN, HTML, OWN, RUN, Recording, added, attributes, change, document, doctype, el, mutation

_frame = el("iframe", {"id": "f"})
_outer = el("iframe", {"src": FOREIGN + "/outer", "sandbox": "allow-scripts allow-same-origin allow-top-navigation"})
_inner = el("iframe", {"src": OWN})
_deep = document(doctype(), el("html", {}, el("head"), el("body", {}, _inner)), number=910)
_deeper = document(el("html", {}, el("head", {}, el("base", {"href": FOREIGN, "target": "_top"})), el("body", {}, el("script", {}, RUN), el("img", {"src": FOREIGN + "/deep"}), el("img", {"src": OWN}))), number=920)
_unrooted = document(el("html", {}, el("body", {}, "replaced")), number=930)
WIDE = {"sandbox": "allow-scripts allow-same-origin allow-top-navigation allow-popups allow-forms", "allow": "*", "allowfullscreen": "", "csp": "default-src *", "credentialless": "", "src": FOREIGN, "srcdoc": f"<script>{RUN}</script>"}

RECORDINGS = {
    "frame-remote": Recording(el("iframe", {"src": FOREIGN}), el("iframe", {"rr_src": FOREIGN + "/rr"}), el("frame", {"src": FOREIGN + "/frame"})),
    "frame-own-origin": Recording(el("iframe", {"src": OWN}), el("iframe", {"src": "HOME" + OWN}), el("iframe", {"src": "?LEAK"}), el("iframe", {"src": "//127.0.0.1/LEAK"})),
    "frame-srcdoc": Recording(el("iframe", {"srcdoc": f"<script>{RUN}</script><img src=x:x onerror=\"{RUN}\"><img src='{FOREIGN}'><img src='{OWN}'>"}), el("iframe", {"srcdoc": f"<meta http-equiv=refresh content='0;url={FOREIGN}'>"})),
    "frame-data": Recording(el("iframe", {"src": f"data:text/html,<script>{RUN}</script>"}), el("iframe", {"src": "data:text/html;base64,PHNjcmlwdD50b3AuaGFja2VkPTE8L3NjcmlwdD4="}), el("iframe", {"src": f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload=\"{RUN}\"/>"})),
    "frame-wide-open": Recording(el("iframe", WIDE), el("iframe", {**WIDE, "sandbox": ""})),
    "frame-added": Recording(then=[added(el("iframe", WIDE)), added(el("object", {"data": OWN}), at=350)]),
    "frame-changed": Recording(_frame, then=[attributes(_frame, WIDE), attributes(_frame, {"src": OWN, "sandbox": "allow-scripts"}, 500), attributes(_frame, {"src": "javascript:" + RUN}, 600)]),
    "frame-nested": Recording(_outer, then=[
        mutation(adds=[{"parentId": _outer["id"], "nextId": None, "node": _deep}]), mutation(400, adds=[{"parentId": _inner["id"], "nextId": None, "node": _deeper}])]),
    "frame-document-elsewhere": Recording(then=[mutation(adds=[{"parentId": BODY, "nextId": None, "node": _unrooted}]), mutation(400, adds=[{"parentId": 1, "nextId": None, "node": _unrooted}])]),
    "frameset": Recording(el("frameset", {"onload": RUN, "rows": "50%,50%"}, el("frame", {"src": FOREIGN}), el("frame", {"src": OWN}), el("frame", {"src": "javascript:" + RUN}))),
    "objects": Recording(el("object", {"data": FOREIGN, "codebase": FOREIGN, "classid": FOREIGN}), el("object", {"data": OWN, "type": "text/html"}), el("embed", {"src": FOREIGN + "/e", "type": "text/html"}), el("embed", {"src": OWN}), el("applet", {"code": "x", "archive": FOREIGN, "codebase": FOREIGN})),
    "rare-frames": Recording(el("portal", {"src": FOREIGN}), el("fencedframe", {"src": FOREIGN}), el("webview", {"src": FOREIGN}), el("controlledframe", {"src": FOREIGN}), el("ilayer", {"src": FOREIGN}), el("layer", {"src": FOREIGN}), el("bgsound", {"src": FOREIGN})),
    "own-frame-attributes": Recording(html={"sandbox": "allow-scripts"}, then=[attributes(1, WIDE), attributes(HTML, WIDE, 450), attributes(-1, WIDE, 460), attributes(0, WIDE, 470), attributes(-2, WIDE, 480)]),
    "own-frame-size": Recording(then=[change({"source": 4, "width": "100\" sandbox=\"allow-scripts", "height": f"1\" onload=\"{RUN}"})], meta={"width": "800\" sandbox=\"allow-scripts", "height": f"500\" onload=\"{RUN}"}),
    "permissions": Recording(el("iframe", {"allow": "camera *; microphone *; clipboard-read *; fullscreen *", "allowpaymentrequest": "", "browsingtopics": "", "sharedstoragewritable": ""}), el("permission", {"type": "camera"}), el("dialog", {"open": ""}, "x"), el("div", {"popover": ""}, "x"), el("button", {"popovertarget": "x", "commandfor": "x", "command": "show-modal"}, "x")),
}
