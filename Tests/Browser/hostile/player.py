"""What rrweb's player itself does with an event: canvas, fonts, media, plugins, its own attribute names."""

from .builder import BODY, FOREIGN, OWN, PIXEL, RUN, START, Recording, added, attributes, change, el, style

_canvas = el("canvas", {"rr_dataURL": FOREIGN + "/c.png", "width": "9", "height": "9"})
_video = el("video", {"rr_mediaState": "played"})
_input = el("input", {"type": "file"})
_select = el("select", {}, el("option", {"selected": True}, "x"))
_pictures = [el("img", {"rr_dataURL": FOREIGN + "/d.png", "src": OWN, "srcset": OWN}), el("img", {"rr_dataURL": OWN}), el("canvas", {"rr_dataURL": OWN}), el("canvas", {"rr_dataURL": "HOME" + OWN})]


def draw(command, **more):
    return change({"source": 9, "id": _canvas["id"], "type": 0, "commands": [command], **more})


RECORDINGS = {
    "rr-data-urls": Recording(_canvas, *_pictures, then=[added(el("canvas", {"rr_dataURL": OWN}), el("img", {"rr_dataURL": FOREIGN}))]),
    "rr-sizes": Recording(
        *[el("div", {"rr_width": width, "rr_height": width}, "x") for width in (f"1px;background:url({FOREIGN})", "1e9px", "calc(1px * 1e30)", "-5px", f"url({FOREIGN})", f"\" onclick=\"{RUN}")], el("div", {"rr_width": 5, "rr_height": {"toString": 1}, "rr_left": None, "rr_scrollTop": 1e308, "rr_scrollLeft": "x"})),
    "rr-media-on-anything": Recording(el("div", {"rr_mediaState": "played"}, "x"), el("p", {"rr_mediaState": "paused", "rr_mediaCurrentTime": "x"}), el("video", {"rr_mediaCurrentTime": "x", "rr_mediaState": "constructor", "rr_mediaVolume": 99, "rr_mediaMuted": "x", "rr_mediaLoop": {}, "rr_mediaPlaybackRate": -5})),
    "rr-unknown": Recording(el("div", {"rr_src": FOREIGN, "rr_captured_src": OWN, "rr_capturedStylesheet": FOREIGN, "rr_open_mode": "modal", "rr___proto__": "x", "rr_onclick": RUN, "rrweb-original-src": FOREIGN}), el("dialog", {"rr_open_mode": "modal", "open": ""}, "x"), then=[attributes(BODY, {"rr_src": FOREIGN, "rr_dataURL": OWN, "rr_open_mode": "modal", "rr_width": "9px"})]),
    "canvas-commands": Recording(_canvas, then=[
        draw({"property": "constructor", "args": [RUN]}), draw({"property": "__proto__", "args": [{"x": 1}], "setter": True}), draw({"property": "canvas", "args": [], "setter": True}), draw({"property": "drawImage", "args": [FOREIGN, 0, 0]}),
        draw({"property": "drawImage", "args": [{"rr_type": "HTMLImageElement", "src": OWN}, 0, 0]}), draw({"property": "fillText", "args": [{"rr_type": "Function", "args": [RUN]}]}), draw({"property": "font", "args": [f"url({FOREIGN})"], "setter": True}),
        change({"source": 9, "id": _canvas["id"], "type": 1, "commands": [{"property": "texImage2D", "args": [{"rr_type": "Image", "src": FOREIGN}, {"rr_type": "Worker", "args": ["data:text/javascript," + RUN]}, {"rr_type": "eval", "args": [RUN]}, {"rr_type": "setTimeout", "args": [RUN]}]}]}),
        change({"source": 9, "id": _canvas["id"], "property": "putImageData", "args": None}, 400), change({"source": 9, "id": "__proto__", "type": 2, "commands": "x"}, 410)]),
    "fonts": Recording(style("p{font-family:evil,own}"), then=[
        change({"source": 10, "family": "evil", "fontSource": f"url({FOREIGN})", "buffer": False, "descriptors": {"display": "block"}}), change({"source": 10, "family": "own", "fontSource": f"url({OWN})", "buffer": False}, 310),
        change({"source": 10, "family": "evil", "fontSource": f"url('data:font/woff2,x'), url(\"{OWN}\")", "buffer": False}, 320), change({"source": 10, "family": f"x;src:url({FOREIGN})", "fontSource": "[1,2,", "buffer": True}, 330),
        change({"source": 10, "family": {"toString": 1}, "fontSource": {"toString": 1}, "buffer": True, "descriptors": {"featureSettings": f"url({FOREIGN})", "style": 3}}, 340), change({"source": 10, "family": "big", "fontSource": "1e9", "buffer": True}, 350)]),
    "media-on-anything": Recording(_video, then=[change({"source": 7, "type": kind, "id": number, "currentTime": moment, "volume": 1e9, "muted": "x"}, 300 + kind) for kind, number, moment in (
        (0, BODY, 1), (1, BODY, "x"), (0, _video["id"], -1), (2, _video["id"], {"a": 1}), (3, 99999, 1), (9, _video["id"], 1e308))]),
    "inputs-on-anything": Recording(_input, _select, then=[change({"source": 5, "id": number, "text": value, "isChecked": checked}, 300 + step) for step, (number, value, checked) in enumerate((
        (_input["id"], "C:\\fake", True), (BODY, RUN, "x"), (1, RUN, None), (_select["id"], {"toString": 1}, 5), (8, RUN, True), (99999, "x", False), (3, None, {})))]),
    "plugin-events": Recording(then=[
        {"type": 6, "data": {"plugin": "rrweb/console@1", "payload": {"level": "error", "trace": [RUN], "payload": [f"\"<img src=x:x onerror={RUN}>\""]}}, "timestamp": START + 300}, {"type": 6, "data": {"plugin": "rrweb/network@1", "payload": {"requests": [{"name": FOREIGN, "method": f"<script>{RUN}</script>"}]}}, "timestamp": START + 310},
        {"type": 6, "data": {"plugin": "constructor", "payload": None}, "timestamp": START + 320}, {"type": 6, "data": {"plugin": {"toString": 1}, "payload": {"level": "__proto__"}}, "timestamp": START + 330}, {"type": 6, "timestamp": START + 340},
        {"type": 6, "data": {"plugin": "rrweb/console@1", "payload": {"level": {"toString": 1}, "trace": "x", "payload": 5}}, "timestamp": START + 350}, {"type": 6, "data": {"plugin": "rrweb/network@1", "payload": {"requests": {"length": 5}}}, "timestamp": START + 360},
        {"type": 3, "data": {"source": 11, "level": "error", "payload": [RUN], "trace": [RUN]}, "timestamp": START + 370}]),
    "selections-and-drags": Recording(then=[
        change({"source": 14, "ranges": [{"start": "__proto__", "startOffset": -1, "end": 99999, "endOffset": 1e9}]}), change({"source": 12, "positions": [{"x": 1, "y": 1, "id": "__proto__", "timeOffset": 0}]}, 310), change({"source": 1, "positions": []}, 320),
        change({"source": 6, "positions": [{"x": "x", "y": None, "id": 5, "timeOffset": "x"}]}, 330), change({"source": 1, "positions": "x"}, 340), change({"source": 1, "positions": [None, 5, {"x": 1e308, "y": -1e308, "id": BODY, "timeOffset": -1e308}]}, 350), change({"source": 12}, 360)]),
    "inlined-pictures-stay": Recording(el("img", {"id": "good", "src": PIXEL}), el("p", {"id": "red", "style": "color: rgb(255, 0, 0)"}, "x"), style("#tick{color:rgb(0, 0, 255)}")),
}
