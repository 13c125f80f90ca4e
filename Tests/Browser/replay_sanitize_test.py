"""What makes recordings harmless leaves ordinary ones as they were: the corpus looks the same, and what was inlined still shows."""

import base64
import gzip
import json

import pytest

from recorder_fixtures import FIXTURES, ROOT

CORPUS = FIXTURES / "corpus"
ORIGIN = "http://modules.example"
SANITIZE = """async ([batches, origins]) => {
    const {Sanitizer} = await import('/dashboard/replay/sanitize/sanitize.js');
    const blocked = [];
    const sanitizer = new Sanitizer(origins, (address) => blocked.push(address));
    return [batches.map((events) => sanitizer.events(events)), blocked];
}"""
SHOW = """async ([events, isClean]) => {
    const {Sanitizer} = await import('/dashboard/replay/sanitize/sanitize.js');
    const target = document.body.appendChild(document.createElement('div'));
    const player = new rrwebPlayer({target, props: {
        events: isClean ? new Sanitizer([]).events(events) : events, width: 800, height: 600, autoPlay: false, showController: false, mouseTail: false, showWarning: false}});
    await new Promise((resolve) => setTimeout(resolve, 100));
    const replayer = player.getReplayer();
    window.seek = (share) => replayer.pause(share * (events.at(-1).timestamp - events[0].timestamp));
}"""
KINDS = {".js": "text/javascript", ".css": "text/css"}


def corpus(name):
    return [json.loads(gzip.decompress(path.read_bytes()))["events"] for path in sorted((CORPUS / name).glob("*.json.gz"))]


@pytest.fixture(scope="module")
def blank(browser):
    """A page that can import the dashboard's modules, and reach nothing else."""
    context = browser.new_context(viewport={"width": 900, "height": 700})

    def answer(route):
        path = route.request.url.removeprefix(ORIGIN)
        file = ROOT / "frontend" / path.lstrip("/")
        if route.request.url.startswith(ORIGIN) and file.suffix in KINDS and file.is_file():
            return route.fulfill(body=file.read_text(), content_type=KINDS[file.suffix])
        if path == "/blank":
            return route.fulfill(body="<!doctype html><link rel=stylesheet href=/vendor/rrweb-player.css><script src=/vendor/rrweb-player.js></script>", content_type="text/html")
        return route.abort()

    context.route("**", answer)
    page = context.new_page()
    page.goto(ORIGIN + "/blank")
    yield page
    context.close()


def sanitized(page, events, origins=()):
    batches, blocked = page.evaluate(SANITIZE, [[events], list(origins)])
    return batches[0], blocked


def nodes(events):
    """Every node of snapshots and changes."""
    found = []

    def walk(node):
        found.append(node)
        for child in node.get("childNodes", []):
            walk(child)

    for event in events:
        if event["type"] == 2:
            walk(event["data"]["node"])
        elif event["type"] == 3 and event["data"]["source"] == 0:
            for add in event["data"]["adds"]:
                walk(add["node"])
    return found


def by_itself(node):
    """What must not differ: its place, its kind, what style sheets select by."""
    kept = {key: node.get(key) for key in ("id", "type", "tagName", "isSVG", "isShadow", "isShadowHost", "rootId")}
    given = node.get("attributes", {})
    kept["attributes"] = {name: value for name, value in given.items() if name in ("id", "class", "style", "type", "value", "checked", "lang", "role", "alt", "title") or name.startswith(("data-", "aria-"))}
    return kept


@pytest.mark.parametrize("name", ["abandon", "filters_spa", "mobile", "show_password", "todo", "two_tabs"])
def test_the_corpus_keeps_its_events_trees_texts_and_looks(blank, name):
    batches = corpus(name)
    for batch, events in zip(batches, blank.evaluate(SANITIZE, [batches, []])[0]):
        assert [(event["type"], event["timestamp"], event.get("data", {}).get("source")) for event in events] == [
            (event["type"], event["timestamp"], event.get("data", {}).get("source")) for event in batch]
        before, after = nodes(batch), [node for node in nodes(events) if node["id"] != -2]
        inlined = {node["id"] for node in before if "_cssText" in node.get("attributes", {})}
        expected = [{**by_itself(node), "tagName": "style"} if node["id"] in inlined else {**by_itself(node), **({"tagName": "noscript"} if node.get("tagName") == "script" else {})} for node in before]
        # The walk is depth first in both, but style sheets that were inlined have a child more.
        assert [by_itself(node) for node in after] == expected
        texts = [(node["id"], node["textContent"]) for node in before if node["type"] == 3 and not node.get("isStyle")]
        assert [(node["id"], node["textContent"]) for node in after if node["type"] == 3 and (node["id"], node["textContent"]) in set(texts)] == texts
        for event, original in zip(events, batch):
            if original["type"] in (4, 5) or original["type"] == 3 and original["data"]["source"] in (1, 2, 3, 4, 5, 6):
                assert {key: value for key, value in original["data"].items() if key in event["data"]} == event["data"]


@pytest.mark.parametrize("name", ["buy", "todo"])
def test_the_corpus_looks_the_same_to_the_pixel(blank, name):
    events = [event for batch in corpus(name) for event in batch]
    pictures = {}
    for is_clean in (False, True):
        blank.goto(ORIGIN + "/blank")
        blank.evaluate(SHOW, [events, is_clean])
        shots = []
        for share in (0.02, 0.5, 0.98):
            blank.evaluate("(share) => seek(share)", share)
            blank.wait_for_timeout(150)
            shots.append(base64.b64encode(blank.locator("iframe").screenshot(animations="disabled", caret="hide")))
        pictures[is_clean] = shots
    assert [before == after for before, after in zip(pictures[False], pictures[True])] == [True] * 3
    assert len(set(pictures[True])) > 1, "the pictures show something"


def element(tag, attributes, *children):
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": list(children), "id": 9}


def snapshot(*body):
    tree = {"type": 0, "id": 1, "childNodes": [{"type": 2, "tagName": "html", "attributes": {}, "id": 2, "childNodes": list(body)}]}
    return [{"type": 2, "data": {"node": tree, "initialOffset": {"left": 0, "top": 0}}, "timestamp": 1}]


def first(events):
    return events[0]["data"]["node"]["childNodes"][0]["childNodes"][0]


PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.mark.parametrize("tag, given, kept", [
    ("img", {"src": PIXEL, "alt": "x"}, {"src": PIXEL, "alt": "x"}),
    ("img", {"src": "https://shop.example/a.png", "alt": "x", "width": "9"}, {"src": "data:,", "alt": "x", "width": "9"}),
    ("img", {"src": " #x"}, {"src": "data:,"}),
    ("a", {"href": "https://shop.example/a", "class": "b"}, {"href": "https://shop.example/a", "class": "b"}),
    ("a", {"href": "java\tscript:x()"}, {"href": "#"}),
    ("p", {"onclick": "x()", "data-on": "1", "style": "color: red"}, {"data-on": "1", "style": "color: red"}),
    ("p", {"style": "background: #fff url(https://shop.example/a.png) no-repeat"}, {"style": 'background: #fff url("data:,") no-repeat'}),
    ("p", {"style": f"background: url('{PIXEL}')"}, {"style": f"background: url('{PIXEL}')"}),
    ("link", {"rel": "preconnect", "href": "https://shop.example"}, {}),
    ("input", {"value": "url(https://x.example)", "checked": True}, {"value": "url(https://x.example)", "checked": True}),
    ("img", {"rr_dataURL": PIXEL, "rr_width": "20px"}, {"rr_dataURL": PIXEL, "rr_width": "20px"}),
    ("div", {"rr_scrollTop": 30, "rr_width": "10.5px"}, {"rr_scrollTop": 30, "rr_width": "10.5px"}),
])
def test_attributes(blank, tag, given, kept):
    assert first(sanitized(blank, snapshot(element(tag, given)))[0])["attributes"] == kept


@pytest.mark.parametrize("css, kept", [
    ("a:hover{color:red}", "a:is(:hover,.\\:hover){color:red}"),
    ("@media (hover:hover) and (any-hover: hover){a:hover::before{}}", "@media (hover:hover) and (any-hover: hover){a:is(:hover,.\\:hover)::before{}}"),
    (".md\\:hover{}", ".md\\:hover{}"),
    (".icon::before{content:'\\f101'}", ".icon::before{content:'\\f101'}"),
    ("@namespace svg url(http://www.w3.org/2000/svg);svg|a{}", "@namespace svg url(http://www.w3.org/2000/svg);svg|a{}"),
    ("p{fill:url(#a);background:u\\72l(//x.example/a)}", 'p{fill:url(#a);background:url("data:,")}'),
    ("@font-face{font-family:x;src:url(data:font/woff2;base64,d09G)}", "@font-face{font-family:x;src:url(data:font/woff2;base64,d09G)}"),
    ("@import 'https://x.example/a.css';p{}", "p{}"),
])
def test_style_sheets(blank, css, kept):
    node = element("style", {}, {"type": 3, "textContent": css, "isStyle": True, "id": 10})
    assert first(sanitized(blank, snapshot(node))[0])["childNodes"][0]["textContent"] == kept


def test_an_inlined_style_sheet_becomes_a_style_element(blank):
    node = first(sanitized(blank, snapshot(element("link", {"rel": "stylesheet", "href": "https://shop.example/a.css", "_cssText": "p{color:red}"})))[0])
    assert node["tagName"] == "style" and node["childNodes"] == [{"type": 3, "id": -2, "textContent": "p{color:red}"}]


def test_what_is_not_loaded_is_told_and_allowed_sites_are_let_through(blank):
    events = snapshot(element("img", {"src": "https://cdn.example/a.png"}), element("link", {"rel": "stylesheet", "href": "https://cdn.example/a.css"}), element("img", {"src": "https://cdn.example.evil.example/"}))
    assert set(sanitized(blank, events)[1]) == {"https://cdn.example/a.png", "https://cdn.example/a.css", "https://cdn.example.evil.example/"}
    allowed, blocked = sanitized(blank, events, ["https://cdn.example"])
    assert blocked == ["https://cdn.example.evil.example/"]
    picture, sheet, other = allowed[0]["data"]["node"]["childNodes"][0]["childNodes"]
    assert picture["attributes"]["src"] == "https://cdn.example/a.png" and other["attributes"]["src"] == "data:,"
    assert sheet["attributes"] == {"rel": "stylesheet", "href": "https://cdn.example/a.css"}
