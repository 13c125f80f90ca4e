"""captureNetwork: requests of scripts with method, status and time, and nothing of what they carry (spec 06 section 2)."""

import pytest
from recorder_fixtures import hide

CONFIG = {"captureNetwork": True, "flushIntervalMs": 50}


def requests(capture, count=1):
    def found(server):
        noted = [request for event in server.events() if event["type"] == 6 for request in event["data"]["payload"]["requests"]]
        return len(noted) >= count and noted

    noted = capture.wait_for(found, f"{count} requests")
    for event in capture.events():
        if event["type"] == 6:
            assert event["data"]["plugin"] == "rrweb/network@1" and set(event["data"]["payload"]) <= {"requests", "left"}
    return noted


def brief(noted):
    assert all(set(one) == {"name", "method", "initiatorType", "status", "startTime", "duration", "transferSize"} for one in noted)
    assert all(one["duration"] >= 0 and one["startTime"] > 0 for one in noted)
    return sorted((one["name"].split("/", 3)[3], one["method"], one["initiatorType"], one["status"]) for one in noted)


def test_each_way_of_asking(capture, visit):
    page = visit(CONFIG)
    capture.pages["/data"] = "x" * 5000
    page.evaluate("""async () => {
        const body = JSON.stringify({batchId: 'none', events: [], note: 'private body'});
        await (await fetch('/data?token=abc#part')).text();
        await fetch('missing', {method: 'head'});
        await fetch(new Request('/events-of-mine', {method: 'POST', body, headers: {'X-Secret': 'private header'}}));
        await fetch(new URL('/users/a@b.co/', location.href));
        await new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            xhr.onloadend = resolve;
            xhr.open('PUT', 'xhr?token=abc');
            xhr.setRequestHeader('X-Secret', 'private header');
            xhr.send('private body');
        });
        const sync = new XMLHttpRequest();
        sync.open('GET', '/data', false);
        sync.send();
        navigator.sendBeacon('/beacon', body);
    }""")
    noted = requests(capture, 7)
    assert brief(noted) == [
        ("beacon", "POST", "beacon", 0),
        ("data", "GET", "fetch", 200),
        ("data", "GET", "xmlhttprequest", 200),
        ("events-of-mine", "POST", "fetch", 200),
        ("missing", "HEAD", "fetch", 501),
        ("users/[redacted]/", "GET", "fetch", 404),
        ("xhr", "PUT", "xmlhttprequest", 501),
    ]
    first = next(one for one in noted if one["name"].endswith("/data") and one["initiatorType"] == "fetch")
    assert 5000 < first["transferSize"] < 6000, "as the browser's resource timing says"
    ours = [request.text for request in capture.requests if request.path == "/events"]
    assert not any(word in text for text in ours for word in ("private", "X-Secret", "abc"))


def test_failures_and_aborts_have_no_status_and_stay_failures(capture, visit):
    page = visit(CONFIG)
    outcome = page.evaluate("""async () => {
        const unhandled = [];
        addEventListener('unhandledrejection', (event) => { unhandled.push(event.reason.name); event.preventDefault(); });
        const names = [];
        await fetch('http://127.0.0.1:1/refused').catch((error) => names.push(error.name));
        const control = new AbortController();
        const aborted = fetch('/slow', {signal: control.signal});
        control.abort();
        await aborted.catch((error) => names.push(error.name));
        fetch('http://127.0.0.1:1/forgotten');
        await fetch('http://[').catch((error) => names.push(error.name));
        await fetch({toString() { throw new Error('odd') }}).catch((error) => names.push(error.message));
        try { new XMLHttpRequest().open('GET', 'http://['); } catch (error) { names.push(error.name); }
        try { navigator.sendBeacon('http://['); } catch (error) { names.push(error.name); }
        await new Promise((resolve) => setTimeout(resolve, 300));
        return {names, unhandled};
    }""")
    assert outcome == {"names": ["TypeError", "AbortError", "TypeError", "odd", "SyntaxError", "TypeError"], "unhandled": ["TypeError"]}
    assert brief(requests(capture, 3)) == [
        ("forgotten", "GET", "fetch", 0), ("refused", "GET", "fetch", 0), ("slow", "GET", "fetch", 0)]


def test_a_request_object_used_twice(capture, visit):
    page = visit(CONFIG)
    page.evaluate("""async () => {
        const xhr = new XMLHttpRequest();
        for (const path of ['/one', '/two']) {
            xhr.open('GET', '/never-sent');
            await new Promise((resolve) => { xhr.onloadend = resolve; xhr.open('GET', path); xhr.send(); });
        }
    }""")
    assert brief(requests(capture, 2)) == [("one", "GET", "xmlhttprequest", 404), ("two", "GET", "xmlhttprequest", 404)]


def test_its_own_requests_and_local_addresses_are_left_out(capture, visit):
    page = visit(CONFIG)
    page.evaluate("""async () => {
        await fetch('data:text/plain,private');
        await fetch(URL.createObjectURL(new Blob(['x'])));
        Sentiero.addCustomEvent('one');
    }""")
    capture.wait_for(lambda server: server.custom("one"), "a batch")
    hide(page)
    page.evaluate("fetch('/the-only-one').then(() => {})")
    assert brief(requests(capture)) == [("the-only-one", "GET", "fetch", 404)]


def test_what_is_noted_goes_with_the_last_beacon(capture, visit):
    page = visit({**CONFIG, "flushIntervalMs": 60_000})
    page.evaluate("fetch('/asked').then(() => {})")
    page.wait_for_function("performance.getEntriesByName(location.origin + '/asked').length === 1")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
    page.goto("about:blank")
    assert brief(requests(capture)) == [("asked", "GET", "fetch", 404)]


def test_the_event_is_when_the_last_of_its_requests_ended(capture, visit):
    page = visit(CONFIG)
    origin = page.evaluate("async () => { await fetch('/a'); await fetch('/b'); return performance.timeOrigin; }")
    requests(capture, 2)
    (event,) = [event for event in capture.events() if event["type"] == 6]
    last = event["data"]["payload"]["requests"][-1]
    assert abs(event["timestamp"] - (origin + last["startTime"] + last["duration"])) < 20


def test_a_loop_is_bounded(capture, visit):
    page = visit(CONFIG)
    page.evaluate("async () => { for (let i = 0; i < 230; i++) await fetch('data:,x'); for (let i = 0; i < 230; i++) navigator.sendBeacon('/b', JSON.stringify({batchId: 'none', events: []})); }")
    page.wait_for_timeout(200)
    hide(page)
    assert len(requests(capture, 200)) == 200
    left = capture.wait_for(
        lambda server: [event["data"]["payload"]["left"] for event in server.events() if event["type"] == 6 and "left" in event["data"]["payload"]], "the count")
    assert left == [30]


def test_long_addresses_are_cut_after_redaction(capture, visit):
    page = visit({**CONFIG, "redaction": {"urlMode": "keepFiltered"}})
    page.evaluate("fetch('/' + 'p'.repeat(960) + '/a@b.co/' + 'q'.repeat(500) + '?mail=a%40b.co').then(() => {})")
    (noted,) = requests(capture)
    assert len(noted["name"]) == 1000 and "a@b" not in noted["name"]


def test_the_page_does_not_notice(capture, visit):
    page = visit(CONFIG, head="<script>window.before = [fetch, XMLHttpRequest.prototype.open, Navigator.prototype.sendBeacon]</script>")
    assert page.evaluate("""() => {
        const now = [fetch, XMLHttpRequest.prototype.open, Navigator.prototype.sendBeacon];
        const facts = (list) => JSON.stringify(list.map((one) => [one.name, one.length, one instanceof Function]));
        return facts(now) === facts(before) && now.every((one, index) => one !== before[index] && String(one).includes('[native code]'))
            && new XMLHttpRequest() instanceof XMLHttpRequest && fetch('data:,x') instanceof Promise;
    }""")
    page.evaluate("Sentiero.stop()")
    assert page.evaluate("fetch === before[0] && XMLHttpRequest.prototype.open === before[1] && Navigator.prototype.sendBeacon === before[2]")


def test_a_fetch_of_the_pages_own_keeps_its_answers(capture, visit):
    page = visit({**CONFIG, "flushIntervalMs": 60_000}, head="<script>window.fetch = () => ({then: (use) => use('odd'), abort: 'mine'})</script>")
    assert page.evaluate("() => { const answer = fetch('/x'); return answer.abort; }") == "mine"


@pytest.mark.parametrize("value", [None, "true", ["fetch"]])
def test_off_by_default(capture, visit, value):
    page = visit({"flushIntervalMs": 50, **({} if value is None else {"captureNetwork": value})}, head="<script>window.before = fetch</script>")
    page.evaluate("async () => { await fetch('/x'); Sentiero.addCustomEvent('last'); }")
    capture.wait_for(lambda server: server.custom("last"), "the event")
    assert not any(event["type"] == 6 for event in capture.events())
    assert page.evaluate("fetch === before")
