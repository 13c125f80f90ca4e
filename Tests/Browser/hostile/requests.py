"""Elements that fetch: from other hosts, and from the dashboard itself with the viewer's login."""

from .builder import FOREIGN, OWN, PIXEL, Recording, added, attributes, change, el, svg

_picture = el("img", {"src": PIXEL})
_video = el("video", {"src": FOREIGN + "/v.mp4", "poster": FOREIGN + "/p.png", "preload": "auto", "autoplay": "", "rr_mediaState": "played", "rr_mediaCurrentTime": 1}, el("source", {"src": OWN}), el("track", {"src": OWN, "kind": "subtitles", "default": ""}))
_anchor = el("a", {"href": "#"}, "x")
_input = el("input", {"type": "image", "src": OWN})


def images(address):
    return [
        el("img", {"src": address}), el("img", {"src": address, "loading": "lazy", "crossorigin": "use-credentials"}), el("img", {"srcset": f"{address} 1x, {address}&2 2x"}),
        el("picture", {}, el("source", {"srcset": address}), el("img", {"src": PIXEL})), el("image", {"src": address}), el("input", {"type": "image", "src": address}),
        el("table", {"background": address}, el("tbody", {}, el("tr", {}, el("td", {"background": address})))), el("body", {"background": address}), el("img", {"src": PIXEL, "attributionsrc": address, "sharedstoragewritable": "", "longdesc": address}),
        el("img", {"SRC": address}), el("IMG", {"src": address}), el("img", {"srcset": f"{PIXEL} 1x, {address} 2x", "imagesrcset": address}),
    ]


def drawings(address):
    return svg("svg", {}, svg("image", {"href": address}), svg("image", {"xlink:href": address}), svg("use", {"href": address + "#a"}), svg("use", {"xlink:href": address + "#a"}),
               svg("filter", {"id": "f"}, svg("feImage", {"href": address}), svg("feImage", {"xlink:href": address})), svg("rect", {"filter": f"url({address}#f)", "fill": f"url({address}#g)", "mask": f"url('{address}#m')", "clip-path": f"url({address}#c)", "marker-start": f"url({address}#s)", "cursor": f"url({address})"}),
               svg("linearGradient", {"href": address + "#h"}), svg("textPath", {"href": address + "#p"}), svg("mpath", {"href": address + "#p"}), svg("cursor", {"xlink:href": address}), svg("color-profile", {"xlink:href": address}), svg("tref", {"xlink:href": address + "#t"}))


RECORDINGS = {
    "images-foreign": Recording(*images(FOREIGN + "/i?")),
    "images-own": Recording(*images(OWN), *images("HOME" + OWN), *images("../../maintenance?LEAK")),
    "images-odd-addresses": Recording(*[el("img", {"src": address}) for address in (
        "//LEAK.evil.example/x", "\\\\LEAK.evil.example\\x", "http:\\\\LEAK.evil.example", " http://LEAK.evil.example", "hTTp://LEAK.evil.example", "http:/LEAK.evil.example", "ht\ntp://LEAK.evil.example",
        "?LEAK", "#LEAK", "x?LEAK", "/\\LEAK.evil.example", "ftp://LEAK.evil.example", "blob:HOME/LEAK", "filesystem:HOME/LEAK", "chrome://LEAK", "file:///etc/passwd", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='http://LEAK.evil.example'/></svg>")]),
    "images-added": Recording(then=[added(*images(FOREIGN + "/j?")), added(*images(OWN), at=400)]),
    "images-changed": Recording(_picture, _input, then=[attributes(_picture, {"src": FOREIGN, "srcset": OWN}), attributes(_picture, {"src": OWN}, 450), attributes(_input, {"src": FOREIGN}, 460), attributes(5, {"background": OWN}, 470)]),
    "drawings-foreign": Recording(drawings(FOREIGN + "/d")),
    "drawings-own": Recording(drawings("/maintenance/LEAK")),
    "drawings-changed": Recording(_anchor, then=[added(drawings(FOREIGN)), attributes(_anchor, {"href": FOREIGN, "xlink:href": FOREIGN, "ping": FOREIGN, "src": FOREIGN, "data": FOREIGN})]),
    "media": Recording(_video, el("audio", {"src": FOREIGN, "autoplay": ""}), el("audio", {}, el("source", {"src": OWN})), then=[
        change({"source": 7, "type": 0, "id": _video["id"], "currentTime": 3, "volume": 9, "muted": True}), change({"source": 7, "type": 1, "id": _video["id"]}, 400), change({"source": 7, "type": 0, "id": 5}, 410),
        attributes(_video, {"src": OWN, "poster": OWN}, 420)]),
    "anchors-by-name": Recording(*[el("a", {"href": f"http://a{number}.LEAK.evil.example/"}, "x") for number in range(20)], head=[el("meta", {"http-equiv": "x-dns-prefetch-control", "content": "on"})]),
    "pings": Recording(el("a", {"href": "#", "ping": FOREIGN}, "x"), el("area", {"href": "#", "ping": OWN}), el("a", {"href": "#x", "attributionsrc": FOREIGN}, "x"), el("img", {"src": PIXEL, "attributionsrc": ""})),
}
