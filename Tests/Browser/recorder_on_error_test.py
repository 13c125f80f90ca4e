"""Record on error (spec 06 section 1): a ring buffer in memory, sent when the page fails."""

import pytest

from recorder_fixtures import hide, leave, page_html


ON_ERROR = {"sampleRate": 0, "errorSampleRate": 1, "captureErrors": True, "flushIntervalMs": 50}
# The recorder's own tracker, whatever else it reports: an `error` event is what counts.
FAIL = "() => setTimeout(() => { throw new Error('a fault'); })"


@pytest.fixture
def failing(capture, context):
    """A page that may throw: visit() would fail on that."""
    def open_page(config, path="/", page=None):
        capture.pages[path] = page_html(config, body="<p id=p>text</p><button>b</button>")
        page = page or context.new_page()
        page.goto(capture.origin + path)
        page.wait_for_function("window.Sentiero && Sentiero.state() !== 'waiting'")
        return page

    return open_page


def test_an_error_sends_what_led_to_it_and_records_on(capture, failing):
    page = failing(ON_ERROR)
    assert page.evaluate("Sentiero.state()") == "buffering"
    page.evaluate("Sentiero.setMetadata({userId: 'u'}); Sentiero.addCustomEvent('before')")
    page.click("button")
    page.wait_for_timeout(200)
    hide(page)
    assert capture.requests == []
    page.evaluate(FAIL)
    capture.wait_for(lambda server: server.custom("error"), "the error")
    assert page.evaluate("Sentiero.state()") == "recording"
    kinds = [event["type"] for event in capture.events()]
    assert kinds[:2] == [4, 2] and 3 in kinds
    tags = [data["tag"] for data in capture.custom()]
    assert tags.index("before") < tags.index("error")
    assert capture.requests[0].json["metadata"]["userId"] == "u"
    page.evaluate("Sentiero.addCustomEvent('after')")
    capture.wait_for(lambda server: server.custom("after"))


def test_an_error_is_remembered_for_the_session_and_seen_by_its_other_pages(capture, failing):
    one, two = failing(ON_ERROR), failing(ON_ERROR, "/two")
    one.evaluate("Sentiero.addCustomEvent('one')")
    two.evaluate("Sentiero.addCustomEvent('two')")
    one.evaluate(FAIL)
    two.wait_for_function("Sentiero.state() === 'recording'")
    capture.wait_for(lambda server: server.custom("one") and server.custom("two"), "both pages")
    assert failing(ON_ERROR, "/three").evaluate("Sentiero.state()") == "recording"


def test_only_an_error_of_the_page_counts(capture, failing):
    page = failing(ON_ERROR)
    page.evaluate("Sentiero.addCustomEvent('error', {message: 'forged'}); Sentiero.addCustomEvent('__recorder', {})")
    page.wait_for_timeout(150)
    assert page.evaluate("Sentiero.state()") == "buffering"
    assert capture.requests == []


def test_a_page_left_without_an_error_sends_nothing(capture, failing):
    page = failing(ON_ERROR)
    page.click("button")
    leave(page)
    failing(ON_ERROR, "/two", page)
    page.wait_for_timeout(150)
    assert capture.requests == []


def test_what_is_kept_for_an_error_reaches_back_a_minute_at_most(capture, context, visit):
    clock = 1_700_000_000
    page = visit({**ON_ERROR, "flushIntervalMs": 5000}, clock=clock, body="<p id=p>text</p>", ready=False)
    page.clock.run_for(100)
    page.wait_for_function("Sentiero.state() === 'buffering'")
    for second in range(0, 150, 5):
        page.evaluate(f"document.getElementById('p').textContent = 'at {second}'")
        page.clock.run_for(5000)
    page.evaluate("window.dispatchEvent(new ErrorEvent('error', {message: 'a fault', error: new Error('a fault')}))")
    page.clock.run_for(1000)
    capture.wait_for(lambda server: server.custom("error"), "the error")
    events = [event for event in capture.events() if event["type"] in (2, 3)]
    assert events[0]["type"] == 2 and sum(event["type"] == 2 for event in events) == 2
    span = events[-1]["timestamp"] - events[0]["timestamp"]
    assert 25_000 < span <= 70_000
