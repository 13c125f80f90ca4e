"""A picture of a large page is written in slices: in its place among the events, masked as the page was."""

import json

import pytest

from recorder_fixtures import hide, leave

BIG = """<div id="big"></div><script>
    document.getElementById('big').innerHTML = Array.from({length: 2500}, (_, n) => `<p class="c${n}">row ${n} <input value="v${n}"><b>x</b></p>`).join('');
</script><button>b</button>"""


def nodes(node):
    yield node
    for child in node.get("childNodes", []):
        yield from nodes(child)


@pytest.mark.parametrize("ending", ["time", "hide", "leave", "stop"])
def test_a_large_page_arrives_whole_and_in_order(capture, visit, ending):
    page = visit({"flushIntervalMs": 100, "recorderOptions": {"maskAllInputs": False}}, body=BIG)
    page.evaluate("document.body.append('later'); Sentiero.addCustomEvent('last')")
    if ending == "hide":
        hide(page)
    elif ending == "leave":
        leave(page)
    elif ending == "stop":
        page.evaluate("Sentiero.stop()")
    capture.wait_for(lambda server: server.custom("last") and any(e["type"] == 2 for e in server.events()), "all of it")
    # Last words travel side by side; the server goes by their times.
    events = sorted(capture.events(), key=lambda event: event["timestamp"])
    (snapshot,) = [event for event in events if event["type"] == 2]
    found = list(nodes(snapshot["data"]["node"]))
    assert sum(node.get("tagName") == "p" for node in found) == 2500
    assert len({node["id"] for node in found}) == len(found)
    assert snapshot["data"]["initialOffset"] == {"left": 0, "top": 0}
    assert [event["type"] for event in events].index(2) < [event["type"] == 5 and event["data"]["tag"] == "last" for event in events].index(True)
    assert [event["type"] for event in events][0] == 4


def test_the_page_works_between_the_slices(capture, context, visit):
    # A clock on which every look takes 1 ms: after 20 pieces a slice is over.
    context.add_init_script("let skew = 0; const now = Date.now; Date.now = () => now() + ++skew; window.turns = 0; setInterval(() => window.turns++, 0);")
    page = visit({"flushIntervalMs": 60_000}, body="<p>text</p>" * 1000, ready=False)
    page.wait_for_function("Sentiero.state() === 'recording'")
    before = page.evaluate("window.turns")
    capture.wait_for(lambda server: True)
    page.wait_for_timeout(300)
    assert page.evaluate("window.turns") > before
    page.evaluate("Sentiero.stop()")
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "the snapshot")


@pytest.mark.parametrize("how", ["optOut()", "consent(false)"])
def test_what_is_not_written_yet_is_dropped_with_the_rest(capture, visit, how):
    # Right after the picture was taken, ahead of its first slice.
    end = f"<script>addEventListener('DOMContentLoaded', () => {{ window.was = Sentiero.state(); Sentiero.{how}; }})</script>"
    page = visit({"flushIntervalMs": 50}, ready=False, body=BIG + end)
    page.wait_for_timeout(300)
    assert page.evaluate("window.was") == "recording"
    assert capture.requests == []


NODE = {"type": 0, "id": 1, "childNodes": [{"type": 2, "id": 2, "tagName": "div", "attributes": {"data-sentiero-unmask": ""}, "childNodes": [
    {"type": 2, "id": 3, "tagName": "input", "attributes": {"type": "text", "value": "hunter22"}, "childNodes": []},
    {"type": 3, "id": 4, "textContent": "text"},
    {"type": 2, "id": 5, "tagName": "p", "attributes": {"data-rr-block": ""}, "childNodes": [{"type": 3, "id": 6, "textContent": "blocked"}]},
    {"type": 2, "id": 7, "tagName": "br", "attributes": {}, "childNodes": []},
]}]}


@pytest.mark.parametrize("live, value", [(True, "hunter22"), (False, "********")])
def test_a_field_that_is_gone_when_it_is_written_is_hidden(module, live, value):
    text = module("masking/filter.js", """async ({MaskingFilter}, [node, live]) => {
        const {maskingSettings} = await import('/modules/masking/settings.js');
        const input = Object.assign(document.createElement('input'), {type: 'text'});
        const filter = new MaskingFilter(maskingSettings(), {getNode: (id) => (live && id === 3 ? input : null)}, () => {});
        return Array.from(filter.snapshot({data: {node}})).join('');
    }""", [NODE, live])
    div = json.loads(text)["childNodes"][0]
    assert div["childNodes"][0]["attributes"]["value"] == value
    assert div["childNodes"][1]["textContent"] == "text"
    assert "blocked" not in text
    assert [child["id"] for child in div["childNodes"]] == [3, 4, 5, 7]


WRITE = """async (m, failing) => {
    const put = [], failures = [];
    const write = (event) => { if (event.bad) throw new Error('bad'); return JSON.stringify(event); };
    const writer = new m.Writer(write, (json, event) => put.push([json, event.type]), (error) => failures.push(error.message));
    function* pieces() { yield '{"a":'; if (failing) throw new Error('piece'); yield '1}'; }
    writer.add({type: 4});
    writer.add({type: 2, data: {node: {}, offset: 0}}, pieces());
    writer.add({type: 5, data: {text: '"node":0', node: 0}});
    writer.add({type: 5, bad: true});
    const before = put.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    writer.add({type: 3});
    return [before, put, failures];
}"""


def test_events_keep_their_order_around_a_snapshot(module):
    before, put, failures = module("writer.js", WRITE, False)
    assert before == 1
    assert [kind for _, kind in put] == [4, 2, 5, 3]
    assert json.loads(put[1][0]) == {"type": 2, "data": {"node": {"a": 1}, "offset": 0}}
    assert json.loads(put[2][0])["data"] == {"text": '"node":0', "node": 0}
    assert failures == ["bad"]


def test_a_snapshot_that_cannot_be_masked_is_dropped_whole(module):
    _, put, failures = module("writer.js", WRITE, True)
    assert [kind for _, kind in put] == [4, 5, 3]
    assert failures == ["piece", "bad"]
