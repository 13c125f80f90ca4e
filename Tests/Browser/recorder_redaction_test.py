"""The redaction engine's browser half: the vectors it shares with the server (01-71, 01-72, 01-76..80)."""

import json

import pytest

from recorder_fixtures import FIXTURES

VECTORS = json.loads((FIXTURES / "redaction-vectors.json").read_text())
APPLY = """({Redactor}, vectors) => vectors.map(({kind, settings, input}) => {
    const redactor = new Redactor(settings);
    const once = kind === 'event' ? redactor.event(input) : redactor[kind](input);
    // The server redacts again what the browser has redacted: nothing may be left to do.
    const copy = JSON.parse(JSON.stringify(once));
    return [once, kind === 'event' ? redactor.event(copy) : redactor[kind](copy)];
})"""


def test_01_71_all_shared_vectors_hold_in_the_browser(module):
    vectors = [vector for vector in VECTORS if "differs" not in vector]
    assert len(vectors) >= 165 and all(len(vector.get("differs", "a reason of some length")) >= 20 for vector in VECTORS)
    results = module("redaction/redactor.js", APPLY, vectors)
    wrong = [(v["name"], once, v["output"]) for v, (once, _) in zip(vectors, results) if once != v["output"]]
    assert wrong == []
    unstable = [(v["name"], twice) for v, (once, twice) in zip(vectors, results) if once != twice]
    assert unstable == []


def test_01_71_the_27_vectors_of_the_original_are_among_them(module):
    assert sum(vector["name"].startswith("vector ") and "differs" not in vector for vector in VECTORS) == 27


def test_01_78_an_invalid_custom_pattern_is_skipped_and_the_others_hold(capture, visit):
    """01-78"""
    page = visit({"redaction": {"customPatterns": ["(", "ACCT-\\d{6}"]}})
    page.evaluate("Sentiero.addCustomEvent('tag', {note: 'ACCT-123456 and (', mail: 'a@b.co'})")
    capture.wait_for(lambda server: server.custom("tag"), "the event")
    assert capture.custom("tag")[0]["payload"] == {"note": "[redacted] and (", "mail": "[redacted]"}


def test_01_72_the_page_address_loses_its_query(capture, visit):
    page = visit({"redaction": {"urlMode": "keepFiltered"}}, path="/p")
    page.goto(capture.origin + "/p?token=abc&page=2&mail=a%40b.co")
    capture.wait_for(lambda server: len([e for e in server.events() if e["type"] == 4]) >= 2, "two page addresses")
    meta = [e["data"] for e in capture.events() if e["type"] == 4][-1]
    assert meta["href"] == capture.origin + "/p?page=2&mail=[redacted]" and (meta["width"], meta["height"]) == (1280, 720)


@pytest.mark.parametrize("payload, stored", [
    ("mail a@b.co", "mail [redacted]"),
    (["a@b.co", 1], ["[redacted]", 1]),
    ({"email": "a@b.co", "n": 3, "__proto__x": {"a@b.co": True}}, {"email": "[redacted]", "n": 3, "__proto__x": {"[redacted]": True}}),
    (1718000000000, 1718000000000),
    (None, None),
])
def test_01_76_payloads_of_every_shape_are_redacted_before_they_leave(capture, visit, payload, stored):
    page = visit({"flushIntervalMs": 50})
    page.evaluate("(payload) => Sentiero.addCustomEvent('tag', payload)", payload)
    capture.wait_for(lambda server: server.custom("tag"), "the event")
    assert capture.custom("tag")[0]["payload"] == stored
