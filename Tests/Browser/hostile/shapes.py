"""Events that are not what they should be: prototypes, ids, trees, sizes, times."""

from .builder import BODY, HTML, LENGTH, RUN, START, TICK, Recording, added, attributes, change, custom, document, doctype, el, full, mutation, svg, text, tick

NAMES = ("__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "toJSON", "then", "__defineGetter__", "length")
POLLUTED = {name: {"polluted": "LEAK", "toString": 1} for name in NAMES}


def nested(depth, node=None):
    inner = node or el("b", {}, "deep")
    for _ in range(depth):
        inner = el("div", {}, inner)
    return inner


def loop(count):
    """Nodes that are each other's parents."""
    first, second = el("i"), el("i")
    return [{"parentId": first["id"], "nextId": None, "node": second}, {"parentId": second["id"], "nextId": None, "node": first}] * count


def event(text):
    return text.replace("@", str(START))


RECORDINGS = {
    "prototype-by-id": Recording(then=[
        change({"source": 0, "texts": [{"id": name, "value": "LEAK"}], "attributes": [{"id": name, "attributes": {"polluted": "LEAK"}}], "removes": [{"id": name, "parentId": name}], "adds": []}, 300 + step) for step, name in enumerate(NAMES)] + [
        change({"source": source, "id": name, "text": "LEAK", "isChecked": True, "x": 5, "y": 5, "type": kind, "currentTime": 5, "volume": 0.5, "muted": True, "index": [0], "set": {"property": "x", "value": "y"}, "adds": [{"rule": "p{}"}]}, 400 + step)
        for step, name in enumerate(NAMES) for source in (2, 3, 5, 7, 8, 13) for kind in (0, 2)]),
    "prototype-by-node-id": Recording(*[{"type": 2, "tagName": "p", "attributes": {}, "childNodes": [], "id": name} for name in NAMES], then=[
        mutation(300 + step, adds=[{"parentId": name, "nextId": name, "previousId": name, "node": {"type": 2, "tagName": "p", "attributes": {}, "childNodes": [], "id": name}}, {"parentId": BODY, "nextId": name, "node": el("p")}]) for step, name in enumerate(NAMES)]),
    "prototype-attributes": Recording(el("p", {name: "LEAK" for name in NAMES}), el("p", POLLUTED), then=[attributes(TICK, {name: "LEAK" for name in NAMES}), attributes(TICK, {"style": POLLUTED}, 450)]),
    "prototype-tags": Recording(*[el(name, {}, "x") for name in NAMES], *[svg(name, {}, "x") for name in NAMES]),
    "prototype-payloads": Recording(then=[custom("signed_up", POLLUTED), custom("error", {"message": POLLUTED, **POLLUTED}), custom("__proto__", POLLUTED), custom("constructor", {"value": 1}), custom("navigation", {"url": POLLUTED, "external": True}), custom("__perf", {"metric": "__proto__", "value": 1})]),
    "prototype-everywhere": Recording(then=[{"type": 3, "data": {"source": 0, **POLLUTED}, "timestamp": START + 300, **POLLUTED}, {"type": 2, "data": POLLUTED, "timestamp": START + 310}, {"type": 4, "data": POLLUTED, "timestamp": START + 320}], metadata={"url": "https://shop.example/", **{name: "LEAK" for name in NAMES}}),
    "duplicate-keys": Recording(raw=event('{"type":5,"type":3,"data":{"tag":"a"},"data":{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[],"adds":[{"parentId":5,"nextId":null,"node":{"type":2,"tagName":"p","tagName":"script","attributes":{},"attributes":{"src":"http://LEAK.evil.example"},"childNodes":[],"id":700}}]},"timestamp":@,"timestamp":@},{"__proto__":{"x":1},"type":3,"data":{"__proto__":{"source":0},"source":0},"timestamp":@}')),
    "ids-odd": Recording(
        *[{"type": 2, "tagName": "p", "attributes": {}, "childNodes": [], "id": number} for number in (-1, -2, 0, 1e308, 2**53, 1.5, "7", None, True, [7], {"x": 1}, 7, 6)], {"type": 2, "tagName": "p", "attributes": {}, "childNodes": []}),
    "parents-missing": Recording(then=[mutation(adds=[{"parentId": 66_666, "nextId": None, "node": el("p")}, {"parentId": BODY, "nextId": 66_667, "node": el("p")}, {"parentId": None, "nextId": None, "node": el("p")}, {"parentId": BODY, "nextId": None, "node": None}, {"parentId": BODY}, None, 5, "x"], removes=[{"id": 66_666, "parentId": 5}, {"id": BODY, "parentId": 66_666}, {"id": 5}, None], texts=[None, {"id": 5}, {"id": 66_666, "value": None}], attributes=[None, {"id": 5}, {"id": 5, "attributes": None}, {"id": 66_666, "attributes": {"x": "y"}}])]),
    "parents-in-a-circle": Recording(then=[mutation(adds=loop(50)), mutation(400, adds=[{"parentId": 71_000, "nextId": 71_000, "previousId": 71_000, "node": el("p")}] * 2000)]),
    "mutations-shapeless": Recording(then=[change(data, 300 + step) for step, data in enumerate((
        {"source": 0}, {"source": 0, "adds": "x", "removes": 5, "texts": {}, "attributes": None}, {"source": "0"}, {"source": None}, {"source": 99}, {"source": -1}, {"source": {"x": 1}}, {}, [], {"source": 2, "type": 99, "id": 5, "x": 1, "y": 1}, {"source": 2, "type": "constructor", "id": 5}, {"source": 3, "id": 5, "x": "x", "y": {}}, {"source": 4}, {"source": 8, "id": 5, "adds": 7}, {"source": 13, "id": 5}))]),
    "events-shapeless": Recording(then=[{"timestamp": START + 300 + step, **more} for step, more in enumerate((
        {}, {"type": 3}, {"type": 3, "data": None}, {"type": 3, "data": "x"}, {"type": 3, "data": 5}, {"type": 2}, {"type": 2, "data": None}, {"type": 2, "data": {}}, {"type": 2, "data": {"node": None}}, {"type": 2, "data": {"node": "x"}}, {"type": 4}, {"type": 4, "data": None}, {"type": 4, "data": {"href": {"toString": 1}, "width": None}},
        {"type": 5}, {"type": 5, "data": {"tag": {"toString": 1}}}, {"type": 5, "data": {"tag": "x", "payload": 5}}, {"type": 6, "data": 7}, {"type": 99, "data": {}}, {"type": "3", "data": {"source": 0}}, {"type": None}, {"type": -1}, {"type": 1.5}, {"type": [3]}))]),
    "trees-shapeless": Recording(*[{"id": 700 + step, **more} for step, more in enumerate((
        {"type": 99}, {"type": None}, {}, {"type": 2}, {"type": 2, "tagName": None}, {"type": 2, "tagName": "", "attributes": {}}, {"type": 2, "tagName": "p", "attributes": None, "childNodes": None}, {"type": 2, "tagName": "p", "attributes": "x", "childNodes": "x"}, {"type": 2, "tagName": "p", "attributes": [1], "childNodes": {}}, {"type": 2, "tagName": "a b", "attributes": {}, "childNodes": []},
        {"type": 2, "tagName": "<img>", "attributes": {}, "childNodes": []}, {"type": 2, "tagName": "p" * 100_000, "attributes": {}, "childNodes": []}, {"type": 2, "tagName": "1", "attributes": {}, "childNodes": []}, {"type": 2, "tagName": {"x": 1}, "attributes": {}, "childNodes": []}, {"type": 3}, {"type": 3, "textContent": None}, {"type": 3, "textContent": {"toString": 1}}, {"type": 5}, {"type": 1}, {"type": 0}))], el("p")),
    "attributes-shapeless": Recording(el("p", {"": "x", " ": "x", "a b": "x", "<": "x", "a=\"": "x", "x" * 100_000: "x", "a": None, "b": {}, "c": [], "d": 1e308, "e": True, "f": "x" * 100_000, "class": {"toString": 1}, "style": {"color": "red"}, "\u0000": "x", "@click": "x", ":x": "x"})),
    "trees-misplaced": Recording(el("html", {}, el("body", {}, el("html"))), text("x"), el("br", {}, "x"), el("input", {}, "x", isShadowHost=True), el("br", {}, isShadowHost=True), el("p", {}, el("p", {}, "x", isShadow=True)), root=lambda page: document(doctype(), {"type": 3, "textContent": "x", "id": 850}, page, el("p"), el("html"))),
    "no-document": Recording(root=lambda page: page, plays=False),
    "no-html": Recording(then=[full(document(el("p", {}, "no html")), 300), full(document(), 310), full(document(doctype()), 320), full(el("p"), 330), full(text("x"), 340), full({"type": 0, "id": 1}, 350)], plays=False),
    "no-snapshot": Recording(root=lambda page: None, plays=False),
    "deep": Recording(nested(5000)),
    "deep-added": Recording(then=[added(nested(900)), added(nested(900), at=400)]),
    "wide": Recording(el("div", {}, *[el("i") for _ in range(10_000)])),
    "viewport-huge": Recording(meta={"width": 1e9, "height": 1e9}, then=[change({"source": 4, "width": 1e12, "height": 1e12})]),
    "viewport-odd": Recording(meta={"width": -5, "height": 0}, then=[change({"source": 4, "width": 0, "height": 1e-9}), change({"source": 4, "width": None, "height": "x"}, 310), {"type": 4, "data": {"href": "x", "width": 1, "height": 1e9}, "timestamp": START + 320}]),
    "times-negative": Recording(then=[{**tick(0, "past"), "timestamp": -START}, {**tick(0, "past"), "timestamp": 0}], plays=False),
    "times-far": Recording(then=[{**tick(0, "future"), "timestamp": 9e15}, {**tick(0, "future"), "timestamp": 1e300}], plays=False),
    "times-missing": Recording(raw='{"type":3,"data":{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[]}},{"type":5,"data":{"tag":"untimed","payload":{}}},{"type":5}'),
    "times-as-text": Recording(then=[{**tick(0, "text"), "timestamp": str(START + 300)}, {**tick(0, "text"), "timestamp": f"{START + 310}.5"}]),
    "offsets-odd": Recording(then=[{"type": 2, "data": {"node": document(doctype(), el("html", {}, el("head"), el("body", {}, {"type": 2, "tagName": "p", "attributes": {"id": "tick"}, "id": TICK, "childNodes": [{"type": 3, "textContent": "again", "id": 8}]}))), "initialOffset": offset}, "timestamp": START + 300 + step} for step, offset in enumerate((None, "x", {"left": "x", "top": 1e308}, {"behavior": "evil"}, {"top": {"toString": 1}}))]),
    "many-snapshots": Recording(then=[full(document(doctype(), el("html", {}, el("head"), el("body", {}, el("script", {}, RUN), {"type": 2, "tagName": "p", "attributes": {"id": "tick"}, "id": TICK, "childNodes": [{"type": 3, "textContent": "again", "id": 8}]}))), 100 + step) for step in range(50)]),
    "removes-everything": Recording(then=[mutation(LENGTH - 10, removes=[{"id": HTML, "parentId": 1}])], plays=False),
}
