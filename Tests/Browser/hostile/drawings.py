"""Drawings that use drawings: ten of ten of ten …, more than any browser can lay out."""

from .builder import Recording, added, document, el, full, mutation, svg

DEPTH = 10


def uses(name, count=10, attribute="href"):
    return [svg("use", {attribute: f"#{name}"}) for _ in range(count)]


def levels(tag="g", attribute="href", prefix="z"):
    """Each level uses the one before ten times."""
    first = svg(tag, {"id": f"{prefix}0"}, svg("path", {"d": "M0 0h9v9z"}))
    return [first, *[svg(tag, {"id": f"{prefix}{level}"}, *uses(f"{prefix}{level - 1}", attribute=attribute)) for level in range(1, DEPTH + 1)], *uses(f"{prefix}{DEPTH}", 1, attribute)]


def drawing(*children):
    return svg("svg", {"width": "50", "height": "50"}, *children)


def unset(name):
    """The same without one attribute, and the changes that set it later."""
    nodes = levels()
    later = []

    def walk(node):
        if name in node["attributes"]:
            later.append({"id": node["id"], "attributes": {name: node["attributes"].pop(name)}})
        for child in node.get("childNodes", []):
            walk(child)

    for node in nodes:
        walk(node)
    return drawing(*nodes), later


_unnamed, _names = unset("id")
_unlinked, _links = unset("href")
_frame = el("iframe")
_host = el("div", {}, {**drawing(*levels()), "isShadow": True}, isShadowHost=True)
_bare = el("div")
_chunked = drawing()
_parts = levels()

RECORDINGS = {
    "uses-nested": Recording(drawing(*levels())),
    "uses-nested-symbols": Recording(drawing(*levels("symbol", "xlink:href"))),
    "uses-nested-drawings": Recording(drawing(*levels("svg"))),
    "uses-nested-apart": Recording(*[drawing(level) for level in levels()]),
    "uses-in-a-shadow": Recording(_host),
    "uses-in-an-added-shadow": Recording(_bare, then=[mutation(adds=[{"parentId": _bare["id"], "nextId": None, "node": {**_chunked, "isShadow": True}}]), *[added(part, parent=_chunked["id"], at=310 + step) for step, part in enumerate(_parts)]]),
    "uses-in-a-frame": Recording(_frame, then=[mutation(adds=[{"parentId": _frame["id"], "nextId": None, "node": document(el("html", {}, el("head"), el("body", {}, drawing(*levels()))), number=940)}])]),
    "uses-added": Recording(then=[added(drawing(*levels()))]),
    "uses-added-bit-by-bit": Recording(then=[added(drawing(level), at=300 + step) for step, level in enumerate(reversed(levels()))]),
    "uses-named-later": Recording(_unnamed, then=[mutation(attributes=_names)]),
    "uses-linked-later": Recording(_unlinked, then=[mutation(300 + step, attributes=[change]) for step, change in enumerate(_links)]),
    "uses-disguised": Recording(drawing(*levels(prefix="\u00e4 z")), drawing(svg("g", {"id": "\u00ff"}, *uses("%ff")), *uses("%ff")), drawing(svg("g", {"id": "a"}, *uses("\ta"), *uses("%61", attribute="xlink:href")), *uses("a"))),
    "uses-in-a-circle": Recording(drawing(svg("g", {"id": "a"}, *uses("b")), svg("g", {"id": "b"}, *uses("a"), *uses("b")), *uses("a"))),
    "uses-of-much": Recording(drawing(svg("symbol", {"id": "much"}, *[svg("path", {"d": "M0 0h9v9z"}) for _ in range(3000)]), *uses("much", 1500))),
    "uses-after-another-page": Recording(then=[full(document(el("html", {}, el("head"), el("body", {}, el("p", {"id": "tick"}, "again"), drawing(*levels())))), 300)], plays=False),
    "filters-nested": Recording(drawing(*[svg("filter", {"id": f"f{level}"}, *[svg("feImage", {"href": f"#r{level - 1}"}) for _ in range(10)]) for level in range(1, DEPTH)], *[svg("rect", {"id": f"r{level}", "width": "9", "height": "9", "filter": f"url(#f{level})"}) for level in range(DEPTH)])),
}
