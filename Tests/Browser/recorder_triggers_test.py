"""Recording that begins and ends on a page or an event (spec 06 section 1)."""

import pytest

from recorder_fixtures import hide

BODY = "<h1>Title</h1><button>b</button>"


def custom_tags(server):
    return [data["tag"] for data in server.custom()]


def open_page(visit, config, **parts):
    return visit({"flushIntervalMs": 50, **config}, body=BODY, ready=False, **parts)


@pytest.mark.parametrize("move", [
    "history.pushState({}, '', '/pay')", "history.replaceState({}, '', '/pay')",
    "history.pushState({}, '', '/pay'); history.pushState({}, '', '/other'); history.back()",
])
def test_a_matching_address_begins_the_recording(capture, visit, move):
    page = open_page(visit, {"startUrls": ["/pay*"]})
    page.wait_for_timeout(100)
    assert page.evaluate("[Sentiero.state(), Sentiero.sessionId(), document.cookie]") == ["waiting", None, ""]
    page.evaluate("Sentiero.setMetadata({plan: 'pro'}); Sentiero.addCustomEvent('too early')")
    page.evaluate(move)
    page.wait_for_function("Sentiero.state() === 'recording'")
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    assert capture.requests[0].json["metadata"] == {"plan": "pro"}
    assert custom_tags(capture) == []
    # The rest of the session, wherever it goes.
    page.goto(capture.origin)
    page.wait_for_function("Sentiero.state() === 'recording'")


def test_the_page_that_is_left_is_not_recorded(capture, visit):
    page = open_page(visit, {"startUrls": ["/pay*"]})
    page.evaluate("history.pushState({}, '', '/pay'); document.querySelector('h1').textContent = 'Another'")
    capture.wait_for(lambda server: server.requests)
    assert "Another" in capture.requests[0].text and "Title" not in capture.requests[0].text


def test_nothing_is_sent_while_no_address_matches(capture, visit):
    page = open_page(visit, {"startUrls": ["/pay*"]})
    page.click("button")
    page.evaluate("history.pushState({}, '', '/nowhere')")
    hide(page)
    page.wait_for_timeout(150)
    assert capture.requests == []
    assert page.evaluate("Sentiero.state()") == "waiting"


@pytest.mark.parametrize("how", ["call", "attribute"])
def test_an_event_begins_the_recording_and_is_in_it(capture, visit, how):
    config = {"startEvents": "go, other", "trackCustomEvents": True}
    page = visit({"flushIntervalMs": 50, **config}, body='<button data-sentiero-track-click="go">b</button>', ready=False)
    page.evaluate("Sentiero.addCustomEvent('something')")
    if how == "call":
        page.evaluate("Sentiero.addCustomEvent('go', {a: 1})")
    else:
        page.click("button")
    page.wait_for_function("Sentiero.state() === 'recording'")
    capture.wait_for(lambda server: server.custom("go") and any(e["type"] == 2 for e in server.events()), "the event and a snapshot")
    assert custom_tags(capture) == ["go"]


def test_an_address_ends_it_for_good(capture, visit):
    page = open_page(visit, {"stopUrls": ["*/account/*"]})
    page.wait_for_function("Sentiero.state() === 'recording'")
    other = open_page(visit, {"stopUrls": ["*/account/*"]}, path="/two")
    other.wait_for_function("Sentiero.state() === 'recording'")
    page.evaluate("""() => {
        Sentiero.addCustomEvent('last'); history.pushState({}, '', '/account/1');
        Sentiero.addCustomEvent('never'); document.querySelector('h1').textContent = 'Secret';
    }""")
    assert page.evaluate("[Sentiero.state(), Sentiero.sessionId()]") == ["stopped", None]
    other.wait_for_function("Sentiero.state() === 'stopped'")
    capture.wait_for(lambda server: server.custom("last"), "what came before")
    page.evaluate("history.pushState({}, '', '/'); Sentiero.start(); Sentiero.stop(); Sentiero.start()")
    page.click("button")
    assert page.evaluate("Sentiero.state()") == "stopped"
    page.reload()
    page.wait_for_function("window.Sentiero && Sentiero.state() === 'stopped'")
    hide(page)
    page.wait_for_timeout(150)
    assert custom_tags(capture) == ["last"]
    assert "Secret" not in "".join(request.text for request in capture.requests)


def test_a_page_that_ends_it_is_never_recorded_itself(capture, visit):
    capture.pages["/account/1"] = ""
    page = open_page(visit, {"stopUrls": ["/account/*"], "startEvents": ["go"]}, path="/account/1")
    page.evaluate("Sentiero.addCustomEvent('go')")
    assert page.evaluate("Sentiero.state()") == "stopped"
    page.wait_for_timeout(100)
    assert capture.requests == []
    open_page(visit, {"stopUrls": ["/account/*"]}, page=page)
    assert page.evaluate("Sentiero.state()") == "stopped"


def test_an_event_ends_it_and_is_the_last(capture, visit):
    page = open_page(visit, {"stopEvents": ["end"]})
    page.wait_for_function("Sentiero.state() === 'recording'")
    page.evaluate("Sentiero.addCustomEvent('end'); Sentiero.addCustomEvent('never')")
    assert page.evaluate("Sentiero.state()") == "stopped"
    capture.wait_for(lambda server: server.custom("end"), "the last event")
    page.reload()
    page.wait_for_function("window.Sentiero && Sentiero.state() === 'stopped'")
    assert custom_tags(capture) == ["end"]


def test_another_session_knows_nothing_of_an_ended_one(visit):
    page = open_page(visit, {"stopEvents": ["end"]})
    page.wait_for_function("Sentiero.state() === 'recording'")
    page.evaluate("Sentiero.addCustomEvent('end'); localStorage.sentiero_session_last_seen = '1'")
    page.reload()
    page.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")


def test_the_history_of_the_page_works_as_before(visit):
    page = open_page(visit, {"startUrls": ["/pay*"]})
    assert page.evaluate("""() => {
        history.pushState({a: 1}, '', '/x');
        let refused = null;
        try { history.pushState({}, '', 'https://elsewhere.test/'); } catch (error) { refused = error.name; }
        return [history.state, location.pathname, refused];
    }""") == [{"a": 1}, "/x", "SecurityError"]
    # A page that puts its own function in place later is heard.
    assert page.evaluate("""() => {
        const before = History.prototype.replaceState;
        let calls = 0;
        History.prototype.replaceState = function (...given) { calls++; return before.apply(this, given); };
        history.replaceState({}, '', '/y');
        History.prototype.replaceState = before;
        return calls;
    }""") == 1
    page.evaluate("window.wrapped = History.prototype.pushState; Sentiero.stop()")
    assert page.evaluate("history.pushState !== window.wrapped && !Object.hasOwn(history, 'pushState')")
