"""Opt-out, GPC and what they stop (01-21, 01-87..89), and the methods of window.Sentiero in every state."""

import pytest

from recorder_fixtures import hide

EMPTY = "() => [localStorage.length, sessionStorage.length, document.cookie]"
METHODS = ["start", "stop", "consent", "optOut", "optIn", "setMetadata", "addCustomEvent", "sessionId", "state"]
GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true, configurable: true})"


def nothing_happens(capture, page):
    page.click("button")
    page.wait_for_timeout(400)
    hide(page)
    page.wait_for_timeout(200)
    assert capture.requests == []


@pytest.mark.parametrize("config", [{"respectGpc": True}, False])
def test_01_87_gpc_stops_it_before_anything_is_stored_or_sent(capture, context, visit, config):
    context.add_init_script(GPC)
    page = visit(config, body="<button>b</button>")
    assert page.evaluate("Sentiero.state()") == "opted-out"
    nothing_happens(capture, page)
    assert page.evaluate(EMPTY) == [0, 0, ""]


def test_gpc_counts_only_where_the_operator_respects_it(capture, context, visit):
    context.add_init_script(GPC)
    visit({"respectGpc": False})
    capture.wait_for(lambda server: server.requests)


@pytest.mark.parametrize("config", [{"optOutCookieName": "no_track"}, {}, False])
@pytest.mark.parametrize("where", ["cookie", "localStorage"])
def test_01_87_an_opt_out_marker_stops_it(capture, context, visit, config, where):
    name = config.get("optOutCookieName", "sentiero_optout") if config is not False else "sentiero_optout"
    if where == "cookie":
        context.add_cookies([{"name": name, "value": "1", "url": capture.origin}])
        left = [0, 0, f"{name}=1"]
    else:
        context.add_init_script(f"localStorage.setItem('{name}', '1')")
        left = [1, 0, ""]
    page = visit(config, body="<button>b</button>")
    assert page.evaluate("Sentiero.state()") == "opted-out"
    nothing_happens(capture, page)
    assert page.evaluate(EMPTY) == left


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_01_21_values_that_do_not_mean_opted_out(capture, context, visit, value):
    context.add_cookies([{"name": "sentiero_optout", "value": value, "url": capture.origin}])
    visit({"optOutCookieName": "sentiero_optout"})
    capture.wait_for(lambda server: server.requests)


@pytest.mark.parametrize("value, state", [("%E0%A4%A", "opted-out"), ("FALSE", "opted-out")])
def test_an_odd_opt_out_cookie_is_an_opt_out_and_throws_nothing(context, capture, visit, value, state):
    context.add_cookies([{"name": "sentiero_optout", "value": value, "url": capture.origin}])
    page = visit({"optOutCookieName": "sentiero_optout"})
    assert page.evaluate("Sentiero.state()") == state


def test_01_88_opting_out_mid_session(capture, visit):
    """01-88"""
    page = visit({"flushIntervalMs": 60_000, "optOutCookieName": "no_track"}, body="<button>b</button>")
    page.evaluate("Sentiero.addCustomEvent('buffered', {}); Sentiero.optOut()")
    assert page.evaluate("Sentiero.state()") == "opted-out"
    assert page.evaluate("[document.cookie, {...localStorage}, {...sessionStorage}]") == ["no_track=1", {"no_track": "1"}, {}]
    page.evaluate("Sentiero.addCustomEvent('later', {}); Sentiero.setMetadata({a: 1})")
    nothing_happens(capture, page)
    page.reload()
    page.wait_for_function("Sentiero.state() === 'opted-out'")
    nothing_happens(capture, page)
    assert page.evaluate("Sentiero.sessionId()") is None


def test_01_88_opting_out_aborts_what_is_being_sent_and_never_retries(capture, visit):
    """01-88"""
    capture.replies = ["hang"]
    page = visit()
    capture.wait_for(lambda server: server.requests)
    page.evaluate("Sentiero.optOut()")
    capture.released.set()
    page.wait_for_timeout(1500)
    assert len(capture.requests) == 1


def test_01_89_opting_in_again_begins_another_session(capture, visit):
    """01-89"""
    page = visit()
    first = page.evaluate("Sentiero.sessionId()")
    page.evaluate("Sentiero.optOut(); Sentiero.optIn()")
    assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert page.evaluate("Sentiero.state()") == "opted-out"
    page.reload()
    page.wait_for_function("Sentiero.state() === 'recording'")
    assert page.evaluate("Sentiero.sessionId()") not in (None, first)


def test_opting_out_in_one_tab_stops_the_others(capture, context, visit):
    one, two = visit(), visit(path="/two")
    one.evaluate("Sentiero.optOut()")
    two.wait_for_function("Sentiero.state() === 'opted-out'")
    assert two.evaluate("[localStorage.sentiero_session_id, document.cookie]") == [None, "sentiero_optout=1"]


@pytest.mark.parametrize("how", ["recording", "opted-out", "stopped", "nowhere"])
def test_all_methods_are_there_and_silent_in_every_state(capture, context, visit, how):
    if how == "opted-out":
        context.add_cookies([{"name": "sentiero_optout", "value": "1", "url": capture.origin}])
    page = visit({"eventsUrl": ""} if how == "nowhere" else {})
    if how == "stopped":
        page.evaluate("Sentiero.stop()")
    assert page.evaluate("(names) => names.filter((name) => typeof Sentiero[name] !== 'function')", METHODS) == []
    page.evaluate("""() => {
        const cycle = {}; cycle.self = cycle;
        for (const odd of [undefined, null, 5, 'x', [], {}, cycle, {n: 10n}, Symbol('s')]) {
            Sentiero.setMetadata(odd); Sentiero.addCustomEvent(odd, odd); Sentiero.addCustomEvent('tag', odd);
        }
        Sentiero.sessionId(); Sentiero.state(); Sentiero.optIn(); Sentiero.stop(); Sentiero.stop(); Sentiero.optOut(); Sentiero.optOut();
    }""")


def test_stop_sends_what_is_buffered_and_start_begins_with_a_snapshot(capture, visit):
    page = visit({"flushIntervalMs": 60_000}, body="<button>b</button>")
    page.evaluate("Sentiero.addCustomEvent('last'); Sentiero.stop(); Sentiero.addCustomEvent('never')")
    capture.wait_for(lambda server: server.custom("last"), "the last event")
    page.click("button")
    assert page.evaluate("Sentiero.state()") == "stopped"
    page.evaluate("Sentiero.start()")
    assert page.evaluate("Sentiero.state()") == "recording"
    page.click("button")
    hide(page)
    capture.wait_for(lambda server: sum(e["type"] == 2 for e in server.events()) == 2, "another snapshot")
    assert capture.custom("never") == []
    assert [batch["sequence"] for batch in capture.batches()] == [0, 1]


def test_calls_queued_before_the_script_are_run(capture, visit):
    head = "<script>window.Sentiero = {mine: 1, q: [['setMetadata', {plan: 'pro'}], ['addCustomEvent', 'early', {a: 1}], ['nonsense']]};</script>"
    page = visit(head=head)
    capture.wait_for(lambda server: server.custom("early"), "the queued event")
    assert capture.custom("early")[0]["payload"] == {"a": 1}
    assert capture.requests[0].json["metadata"] == {"plan": "pro"}
    assert page.evaluate("Sentiero.mine") == 1
    page.evaluate("Sentiero.q.push(['addCustomEvent', 'late'])")
    capture.wait_for(lambda server: server.custom("late"), "an event queued late")
