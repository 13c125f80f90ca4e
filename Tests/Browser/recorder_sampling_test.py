"""Which sessions are recorded: sampling, record on error, minimum duration (spec 06 section 1)."""

import pytest

from recorder_fixtures import hide, leave

LOW, HIGH = "00000000-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "ffffffff-aaaa-4aaa-8aaa-aaaaffffffff"
STORED = "() => ({...localStorage})"


def with_session(context, session):
    """A session that began a minute ago, with an id that is known."""
    context.add_init_script(f"""if (!localStorage.sentiero_session_id) {{
        localStorage.sentiero_session_id = '{session}';
        localStorage.sentiero_session_created_at = localStorage.sentiero_session_last_seen = String(Date.now() - 60_000);
    }}""")


PLAN = """(m, [config, id, marks, place]) => {
    const identity = {sessionId: id, marks: marks || [], mark(name) { this.marks.push(name); }};
    return m.planFor({sampleRate: 1, errorSampleRate: 0, startUrls: [], stopUrls: [], startEvents: [], stopEvents: [], ...config}, identity,
        new URL(place || 'https://shop.test/cart'));
}"""


@pytest.mark.parametrize("config, session, marks, place, plan", [
    ({}, HIGH, [], None, "recording"),
    ({"sampleRate": 0.5}, LOW, [], None, "recording"),
    ({"sampleRate": 0.5}, HIGH, [], None, "sampled-out"),
    ({"sampleRate": 0}, LOW, [], None, "sampled-out"),
    ({"sampleRate": 0.5}, "7fffffff-aaaa-4aaa-8aaa-aaaaaaaaaaaa", [], None, "recording"),
    ({"sampleRate": 0.5}, "80000000-aaaa-4aaa-8aaa-aaaaaaaaaaaa", [], None, "sampled-out"),
    ({"sampleRate": 1}, "ffffffffffffffff", [], None, "recording"),
    ({"sampleRate": 0.5}, "own_id-Z", [], None, "recording"),
    ({"sampleRate": 0, "errorSampleRate": 1}, HIGH, [], None, "buffering"),
    ({"sampleRate": 0, "errorSampleRate": 0.5}, HIGH, [], None, "sampled-out"),
    ({"sampleRate": 0, "errorSampleRate": 1}, HIGH, ["error"], None, "recording"),
    ({"sampleRate": 0}, HIGH, ["error"], None, "recording"),
    ({"startUrls": ["*/pay"]}, LOW, [], None, "waiting"),
    ({"startUrls": ["*/cart"]}, LOW, [], None, "recording"),
    ({"startUrls": ["*/pay"]}, LOW, ["started"], None, "recording"),
    ({"startUrls": ["*/cart"], "sampleRate": 0}, LOW, [], None, "sampled-out"),
    ({"startUrls": ["*/cart"], "sampleRate": 0, "errorSampleRate": 1}, LOW, [], None, "buffering"),
    ({"startEvents": ["go"]}, LOW, [], None, "waiting"),
    ({"startUrls": ["*/cart"], "stopUrls": ["/cart"]}, LOW, [], None, "stopped"),
    ({}, LOW, ["error", "stopped"], None, "stopped"),
])
def test_the_plan_for_a_session(module, config, session, marks, place, plan):
    assert module("plan.js", PLAN, [config, session, marks, place]) == plan


@pytest.mark.parametrize("glob, place, matches", [
    ("https://shop.test/cart", "https://shop.test/cart?a=1#b", True),
    ("https://shop.test/cart", "https://shop.test/cart/2", False),
    ("https://shop.test/*", "https://shop.test/a/b/c", True),
    ("*/checkout*", "https://any.test/en/checkout/pay", True),
    ("*", "https://any.test/", True),
    ("/cart", "https://any.test/cart", True),
    ("/cart", "https://any.test/en/cart", False),
    ("/a.b", "https://any.test/axb", False),
    ("/a(b", "https://any.test/a(b", True),
    ("*/über*", "https://any.test/%C3%BCber-uns", True),
    ("*/%C3%BCber*", "https://any.test/%C3%BCber-uns", True),
    ("/100%", "https://any.test/100%", True),
    ("/app#/pay/*", "https://any.test/app#/pay/card", True),
    ("/app", "https://any.test/app#/pay/card", True),
    ("/CART", "https://any.test/cart", False),
])
def test_globs(module, glob, place, matches):
    assert module("plan.js", "(m, [glob, place]) => m.matches([glob], new URL(place))", [glob, place]) is matches


def test_a_share_is_recorded_in_proportion(module):
    share = module("plan.js", """async (m) => {
        const { uuid } = await import('/modules/identifiers.js');
        let count = 0;
        for (let i = 0; i < 4000; i++) count += m.position(uuid().slice(0, 8)) < 0.25;
        return count / 4000;
    }""")
    assert 0.2 < share < 0.3


def test_a_session_that_is_sampled_out_sends_nothing_anywhere(capture, context, visit):
    with_session(context, HIGH)
    context.add_cookies([{"name": "sentiero_sid", "value": "an-older-session", "url": capture.origin}])
    pages = [visit({"sampleRate": 0.5, "captureErrors": True, "flushIntervalMs": 50}, path=path, body="<button>b</button>") for path in ("/", "/two")]
    for page in pages:
        assert page.evaluate("[Sentiero.state(), Sentiero.sessionId(), document.cookie]") == ["sampled-out", None, ""]
        page.evaluate("Sentiero.setMetadata({a: 1}); Sentiero.addCustomEvent('x'); Sentiero.start()")
        page.click("button")
        leave(page)
    page.wait_for_timeout(200)
    assert capture.requests == []
    # The id is all that decides, in all tabs alike.
    assert set(page.evaluate(STORED)) == {"sentiero_session_id", "sentiero_session_created_at", "sentiero_session_last_seen"}
    assert page.evaluate("localStorage.sentiero_session_id") == HIGH


def test_a_session_that_is_sampled_is_recorded(capture, context, visit):
    with_session(context, LOW)
    visit({"sampleRate": 0.01})
    assert capture.wait_for(lambda server: server.requests)[0].json["sessionId"] == LOW


def test_another_session_in_an_open_page_is_judged_anew(capture, context, visit):
    with_session(context, LOW)
    page = visit({"sampleRate": 0.5, "flushIntervalMs": 50}, body="<button>b</button>")
    capture.wait_for(lambda server: server.requests)
    # Another tab has begun a session that is not recorded.
    page.evaluate(f"localStorage.sentiero_session_id = '{HIGH}'; const now = Date.now; Date.now = () => now() + 6000")
    page.evaluate("Sentiero.addCustomEvent('of the old one')")
    page.click("button")
    page.wait_for_function("Sentiero.state() === 'sampled-out'")
    page.click("button")
    page.evaluate("Sentiero.addCustomEvent('of the new one')")
    capture.wait_for(lambda server: server.custom("of the old one"))
    leave(page)
    page.wait_for_timeout(150)
    assert {batch["sessionId"] for batch in capture.batches()} == {LOW}
    assert capture.custom("of the new one") == []


def test_the_buffer_keeps_the_last_two_checkouts(module):
    kept = module("buffer.js", """(m) => {
        const buffer = new m.Buffer(10);
        const kept = [];
        for (const event of ['early', 'META', 'a', 'b', 'META', 'c', 'META', 'd']) {
            if (event === 'META') buffer.roll();
            buffer.push(event);
            kept.push(buffer.open.join(' '));
        }
        return kept;
    }""")
    assert kept[3:] == ["early META a b", "META a b META", "META a b META c", "META c META", "META c META d"]


def test_nothing_is_sent_before_the_minimum_duration(capture, visit):
    page = visit({"minDurationMs": 4000, "flushIntervalMs": 50}, ready=False, body="<button>b</button>")
    page.evaluate("Sentiero.addCustomEvent('first')")
    page.click("button")
    hide(page)
    assert page.evaluate("Sentiero.state()") == "waiting"
    early = len(capture.requests)
    page.wait_for_function("Sentiero.state() === 'recording'")
    capture.wait_for(lambda server: server.custom("first"), "what was held back")
    created = int(page.evaluate("localStorage.sentiero_session_created_at"))
    assert early == 0
    assert page.evaluate("Date.now()") - created >= 4000
    assert [event["type"] for event in capture.events() if event["type"] != 5][:2] == [4, 2]


@pytest.mark.parametrize("how", ["pagehide", "stop", "erase"])
def test_a_page_left_before_sends_nothing_ever(capture, visit, how):
    page = visit({"minDurationMs": 60_000, "flushIntervalMs": 50}, ready=False)
    page.evaluate("Sentiero.addCustomEvent('first')")
    if how == "pagehide":
        leave(page)
    else:
        page.evaluate("Sentiero.stop()" if how == "stop" else "Sentiero.optOut()")
    page.wait_for_timeout(150)
    assert capture.requests == []


def test_the_minimum_counts_for_the_session_not_the_page(capture, context, visit):
    with_session(context, LOW)
    visit({"minDurationMs": 30_000})
    capture.wait_for(lambda server: server.requests)
