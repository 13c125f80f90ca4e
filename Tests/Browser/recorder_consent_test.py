"""Consent (spec 06 section 1): nothing is stored, set, sent or started before it, and everything goes when it is withdrawn."""

import pytest

from recorder_fixtures import leave, page_html

STORES = "() => [{...localStorage}, {...sessionStorage}, document.cookie]"
GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true, configurable: true})"
# Counts every write, also those that leave nothing behind.
WATCH = """(() => {
    window.writes = [];
    for (const name of ['setItem', 'removeItem', 'clear']) {
        const real = Storage.prototype[name];
        Storage.prototype[name] = function (...args) { if (name === 'setItem') window.writes.push(args); return real.apply(this, args); };
    }
    const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
    Object.defineProperty(document, 'cookie', {get() { return cookie.get.call(this); }, set(value) { window.writes.push(value); cookie.set.call(this, value); }});
    const observe = MutationObserver.prototype.observe;
    MutationObserver.prototype.observe = function (...args) { new Error().stack.includes('recorder.js') && window.writes.push('observer'); return observe.apply(this, args); };
    const open = indexedDB.open;
    IDBFactory.prototype.open = function (...args) { window.writes.push(args); return open.apply(this, args); };
})()"""
EVERYTHING = {"captureMetadata": True, "captureErrors": True, "trackNavigation": True, "trackCustomEvents": True,
              "captureWebVitals": True, "captureClicks": True, "trackForms": True, "captureConsole": ["error", "warn", "log"],
              "captureNetwork": True, "minDurationMs": 1, "startUrls": ["*"], "stopEvents": ["end"], "appVersion": "1"}
CONFIGURATIONS = {
    "plain": {},
    "everything": EVERYTHING,
    "sampled": {"sampleRate": 0.5},
    "buffering": {"sampleRate": 0, "errorSampleRate": 1, "captureErrors": True},
    "triggers": {"startEvents": ["go"]},
    "one tab": {"crossTabSessions": False},
    "strict": {"strictMasking": True, "recorderOptions": {"checkoutEveryNms": 100}},
}
BODY = """<button data-sentiero-track-click="go">b</button><input value="x"><a href="#there">a</a>
    <form onsubmit="return false"><button id="send">s</button></form>"""


def use(page):
    """Whatever a tracker may hear of, and every method."""
    page.evaluate("""() => {
        console.error('an error'); setTimeout(() => { throw new Error('thrown'); });
        fetch('/blank'); history.pushState({}, '', '/elsewhere');
        Sentiero.setMetadata({userId: 'u1'}); Sentiero.addCustomEvent('go', {a: 1}); Sentiero.start(); Sentiero.sessionId(); Sentiero.stop(); Sentiero.start();
    }""")
    page.click("#send")
    page.click("button")
    page.fill("input", "typed")
    page.evaluate("document.body.append('more')")
    page.wait_for_timeout(150)
    leave(page)
    page.wait_for_timeout(100)


def open_quietly(capture, context, config, page=None, path="/", **parts):
    """Without the fixture that fails on page errors: a page error is part of the case."""
    capture.pages[path] = page_html(config, body=BODY, **parts)
    capture.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page = page or context.new_page()
    page.goto(capture.origin + path)
    page.wait_for_function("window.Sentiero && document.readyState === 'complete'")
    return page


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_nothing_at_all_before_consent(capture, context, name):
    context.add_init_script(WATCH)
    page = open_quietly(capture, context, {"flushIntervalMs": 50, **CONFIGURATIONS[name], "requireConsent": True})
    assert page.evaluate("Sentiero.state()") == "waiting"
    use(page)
    assert page.evaluate("[Sentiero.state(), Sentiero.sessionId()]") == ["waiting", None]
    assert page.evaluate("window.writes") == []
    page.goto(capture.origin)
    page.wait_for_function("window.Sentiero && document.readyState === 'complete'")
    assert page.evaluate("window.writes") == []
    assert page.evaluate(STORES) == [{}, {}, ""]
    assert capture.requests == []


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("consent", [False, True])
def test_nothing_at_all_under_gpc_whatever_was_agreed_to(capture, context, name, consent):
    context.add_init_script(GPC)
    context.add_init_script(WATCH)
    page = open_quietly(capture, context, {"flushIntervalMs": 50, **CONFIGURATIONS[name], "requireConsent": consent, "respectGpc": True})
    page.evaluate("Sentiero.consent(true)")
    use(page)
    assert page.evaluate("[Sentiero.state(), Sentiero.sessionId()]") == ["opted-out", None]
    assert page.evaluate("window.writes") == []
    assert page.evaluate(STORES) == [{}, {}, ""]
    assert capture.requests == []


def test_opting_out_is_stronger_than_consent(capture, visit):
    page = visit({"requireConsent": True}, ready=False)
    page.evaluate("Sentiero.optOut(); Sentiero.consent(true)")
    assert page.evaluate("Sentiero.state()") == "opted-out"
    assert page.evaluate(STORES) == [{"sentiero_optout": "1"}, {}, "sentiero_optout=1"]
    assert capture.requests == []


def test_consent_starts_and_is_remembered(capture, visit):
    page = visit({"requireConsent": True}, ready=False, body="<p>text</p>")
    page.evaluate("Sentiero.setMetadata({before: 1}); Sentiero.addCustomEvent('before'); Sentiero.consent(true); Sentiero.setMetadata({after: 1})")
    assert page.evaluate("Sentiero.state()") == "recording"
    assert page.evaluate("localStorage.sentiero_consent") == "granted"
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    assert capture.requests[0].json["metadata"] == {"after": 1}
    assert capture.custom("before") == []
    session = page.evaluate("Sentiero.sessionId()")
    page.reload()
    page.wait_for_function("Sentiero.state() === 'recording'")
    assert page.evaluate("Sentiero.sessionId()") == session


def test_consent_may_be_queued_before_the_script(visit):
    head = "<script>window.Sentiero = {q: [['setMetadata', {a: 1}], ['consent', true]]};</script>"
    page = visit({"requireConsent": True}, head=head)
    assert page.evaluate("Sentiero.state()") == "recording"


@pytest.mark.parametrize("value", ["false", "undefined", "null", "0", "1", "'true'", "'granted'", "{}"])
def test_only_true_grants(capture, visit, value):
    page = visit({"requireConsent": True}, ready=False)
    page.evaluate(f"Sentiero.consent({value})")
    assert page.evaluate("Sentiero.state()") == "waiting"
    assert page.evaluate(STORES) == [{}, {}, ""]


@pytest.mark.parametrize("required", ["yes", 1, "true", {}])
def test_an_unclear_setting_requires_consent(visit, required):
    assert visit({"requireConsent": required}, ready=False).evaluate("Sentiero.state()") == "waiting"


def test_an_unreadable_configuration_that_speaks_of_consent_requires_it(capture, visit):
    element = '<script type="application/json" id="sentiero-config">{"eventsUrl":"/events","requireConsent":true,}</script>'
    page = visit(False, head=element, ready=False, body="<p>text</p>")
    page.wait_for_timeout(100)
    assert page.evaluate("Sentiero.state()") == "waiting"
    assert page.evaluate(STORES) == [{}, {}, ""]


@pytest.mark.parametrize("where", ["recording", "next page"])
def test_withdrawing_stops_and_leaves_nothing(capture, visit, where):
    page = visit({"requireConsent": True, "flushIntervalMs": 60_000, "captureMetadata": True}, ready=False, body="<button>b</button>")
    page.evaluate("Sentiero.consent(true); Sentiero.addCustomEvent('buffered')")
    if where == "next page":
        page.evaluate("Sentiero.stop()")
        capture.wait_for(lambda server: server.custom("buffered"))
        page.evaluate("localStorage.removeItem('sentiero_consent')")
        page.reload()
        page.wait_for_function("window.Sentiero")
        # What an earlier page left is taken away as soon as consent is missing.
        assert page.evaluate(STORES) == [{}, {}, ""]
    page.evaluate("Sentiero.consent(false)")
    sent = len(capture.requests)
    assert page.evaluate("[Sentiero.state(), Sentiero.sessionId()]") == ["waiting", None]
    assert page.evaluate(STORES) == [{}, {}, ""]
    page.evaluate("Sentiero.addCustomEvent('later')")
    page.click("button")
    leave(page)
    page.wait_for_timeout(100)
    assert len(capture.requests) == sent
    assert where == "next page" or sent == 0
    assert page.evaluate(STORES) == [{}, {}, ""]


def test_agreeing_again_begins_another_session(visit):
    page = visit({"requireConsent": True}, ready=False)
    page.evaluate("Sentiero.consent(true)")
    first = page.evaluate("Sentiero.sessionId()")
    page.evaluate("Sentiero.consent(false); Sentiero.consent(true)")
    assert page.evaluate("Sentiero.state()") == "recording"
    assert page.evaluate("Sentiero.sessionId()") not in (None, first)


def test_all_tabs_agree_and_withdraw_together(capture, visit):
    one, two = visit({"requireConsent": True}, ready=False), visit({"requireConsent": True}, path="/two", ready=False)
    one.evaluate("Sentiero.consent(true)")
    two.wait_for_function("Sentiero.state() === 'recording'")
    assert one.evaluate("Sentiero.sessionId()") == two.evaluate("Sentiero.sessionId()")
    two.evaluate("Sentiero.consent(false)")
    one.wait_for_function("Sentiero.state() === 'waiting'")
    assert one.evaluate(STORES) == [{}, {}, ""]
    assert two.evaluate(STORES) == [{}, {}, ""]


def test_clearing_the_store_withdraws(visit):
    one, two = visit({"requireConsent": True}, ready=False), visit({"requireConsent": True}, path="/two", ready=False)
    one.evaluate("Sentiero.consent(true)")
    two.wait_for_function("Sentiero.state() === 'recording'")
    two.evaluate("localStorage.clear()")
    one.wait_for_function("Sentiero.state() === 'waiting'")


def test_a_page_back_from_the_cache_hears_what_it_missed(visit):
    page = visit({"requireConsent": True}, ready=False)
    page.evaluate("Sentiero.consent(true)")
    page.evaluate("localStorage.removeItem('sentiero_consent'); window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.evaluate("Sentiero.state()") == "waiting"
    assert page.evaluate(STORES) == [{}, {}, ""]


def test_a_grant_holds_for_the_page_where_storage_is_blocked(context, visit):
    context.add_init_script("for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, {get() { throw new Error('blocked'); }})")
    page = visit({"requireConsent": True}, ready=False)
    page.evaluate("Sentiero.consent(true)")
    assert page.evaluate("Sentiero.state()") == "recording"
    page.evaluate("Sentiero.consent(false)")
    assert page.evaluate("Sentiero.state()") == "waiting"


def test_withdrawing_where_no_consent_is_required_counts_for_this_page(capture, visit):
    page = visit({"flushIntervalMs": 60_000})
    page.evaluate("Sentiero.consent(false)")
    assert page.evaluate("Sentiero.state()") == "waiting"
    assert page.evaluate(STORES) == [{}, {}, ""]
    page.reload()
    page.wait_for_function("Sentiero.state() === 'recording'")
    assert page.evaluate("localStorage.sentiero_consent") is None
