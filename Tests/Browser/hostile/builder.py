"""What crafted recordings are made of. In all their strings LEAK stands for `leak-<name>`, which nothing may ask for, and HOME for the dashboard."""

import itertools
import json
import sys

START = 1_780_000_000_000
LENGTH = 900
FOREIGN = "http://LEAK.evil.example"
OWN = "/maintenance?LEAK"
RUN = "top.hacked='LEAK';window.hacked='LEAK';alert('LEAK');new Image().src='http://LEAK.evil.example/ran';"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

HTML, HEAD, BODY, TICK, TEXT = 3, 4, 5, 7, 8
_ids = itertools.count(100)


def text(content, **more):
    return {"type": 3, "textContent": content, "id": next(_ids), **more}


def el(tag, attributes=None, *children, **more):
    """An element of rrweb's tree; a string child is a text."""
    nodes = [text(child, isStyle=True) if tag == "style" and isinstance(child, str) else text(child) if isinstance(child, str) else child for child in children]
    return {"type": 2, "tagName": tag, "attributes": attributes or {}, "childNodes": nodes, "id": next(_ids), **more}


def svg(tag, attributes=None, *children, **more):
    return el(tag, attributes, *children, isSVG=True, **more)


def style(css):
    return el("style", {}, css)


def change(data, at=300):
    """An incremental event, `at` ms after the start."""
    return {"type": 3, "data": data, "timestamp": START + at}


def mutation(at=300, **parts):
    return change({"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **parts}, at)


def added(*nodes, parent=BODY, at=300):
    """Nodes as a mutation adds them: one by one, children after their parents."""
    adds = []

    def walk(node, parent):
        children = node.get("childNodes", [])
        adds.append({"parentId": parent, "nextId": None, "node": {**node, "childNodes": []} if node["type"] == 2 else node})
        for child in children if node["type"] == 2 else []:
            walk(child, node["id"])

    for node in nodes:
        walk(node, parent)
    return mutation(at, adds=adds)


def attributes(node, values, at=400):
    """Sets attributes of a node, or of the one with an id."""
    return mutation(at, attributes=[{"id": node if not isinstance(node, dict) else node["id"], "attributes": values}])


def mouse(kind, node, at=500):
    return change({"source": 2, "type": kind, "id": node["id"], "x": 10, "y": 10}, at)


def clicked(node, at=500):
    """Everything a click replays: down, focus, up, click, blur, then touch."""
    return [mouse(kind, node, at + step) for step, kind in enumerate((1, 5, 0, 2, 4, 3, 6, 7, 9))]


def custom(tag, payload=None, at=300):
    return {"type": 5, "data": {"tag": tag, "payload": payload}, "timestamp": START + at}


def document(*children, number=1, **more):
    return {"type": 0, "id": number, "childNodes": list(children), **more}


def doctype(name="html", public="", system=""):
    return {"type": 1, "name": name, "publicId": public, "systemId": system, "id": next(_ids)}


def tick(at, value):
    return change({"source": 0, "texts": [{"id": TEXT, "value": value}], "attributes": [], "removes": [], "adds": []}, at)


def full(root, at=0):
    return {"type": 2, "data": {"node": root, "initialOffset": {"left": 0, "top": 0}}, "timestamp": START + at}


def dump(value):
    """JSON of any depth: a recording may nest deeper than Python likes."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(40_000)
    try:
        return json.dumps(value, ensure_ascii=False)
    finally:
        sys.setrecursionlimit(limit)


class Recording:
    """A page with a clock in it: the paragraph `tick` says "start", then "end". What comes between is the attack."""

    def __init__(self, *body, head=(), then=(), html=None, body_attributes=None, root=None, meta=None, metadata=None, raw="", plays=True, user_agent=None):
        clock = {"type": 2, "tagName": "p", "attributes": {"id": "tick"}, "id": TICK, "childNodes": [{"type": 3, "textContent": "start", "id": TEXT}]}
        page = {"type": 2, "tagName": "html", "attributes": html or {}, "id": HTML, "childNodes": [
            {"type": 2, "tagName": "head", "attributes": {}, "id": HEAD, "childNodes": list(head)},
            {"type": 2, "tagName": "body", "attributes": body_attributes or {}, "id": BODY, "childNodes": [clock, *body]},
        ]}
        first = {"type": 4, "data": {"href": "https://shop.example/cart", "width": 800, "height": 500, **(meta or {})}, "timestamp": START}
        self.events = [first, full(root(page) if root else document({"type": 1, "name": "html", "publicId": "", "systemId": "", "id": 2}, page))]
        # A seek shows what was before its moment, so something comes after the end.
        self.events += [*then, tick(LENGTH, "end"), custom("done", {}, LENGTH + 100)]
        self.metadata = metadata
        self.raw = raw
        self.plays = plays
        self.user_agent = user_agent

    @property
    def count(self):
        return len(self.events) + (len(json.loads(f"[{self.raw}]")) if self.raw else 0)

    def body(self, name, home):
        """The request a foreign client sends."""
        parts = [f'"sessionId":{json.dumps(name)}', '"windowId":"w1"']
        events = dump(self.events)
        parts.append('"events":' + (events[:-1] + "," + self.raw + "]" if self.raw else events))
        if self.metadata:
            parts.append(f'"metadata":{json.dumps(self.metadata)}')
        text = "{" + ",".join(parts) + "}"
        return text.replace("LEAK", f"leak-{name}").replace("HOME", home).encode("utf-8", "surrogatepass")
