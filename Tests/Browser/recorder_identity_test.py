"""Who a batch belongs to: sessions, windows, sequence numbers, cookies (01-81..86, 01-89)."""

import re
import time

import pytest

from recorder_fixtures import hide, page_html

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
HOUR = 3_600_000
STORED = "() => ({...localStorage})"


def rewrite(page, values):
    """Changes the stored session while no page of the recorder is open, then comes back."""
    page.goto(page.url.rsplit("/", 1)[0] + "/blank")
    page.evaluate("""(values) => { for (const [key, value] of Object.entries(values))
        value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); }""", values)
    page.go_back()
    page.reload()
    page.wait_for_function("Sentiero.state() === 'recording'")


@pytest.fixture(autouse=True)
def blank(capture):
    capture.pages["/blank"] = "<!doctype html><title>Blank</title>"


def test_01_81_a_first_visit_writes_the_session_and_a_reload_keeps_it(visit):
    page = visit()
    first = page.evaluate(STORED)
    assert UUID.match(first["sentiero_session_id"]) and UUID.match(page.evaluate("sessionStorage.sentiero_window_id"))
    assert abs(int(first["sentiero_session_created_at"]) - time.time() * 1000) < 60_000
    window = page.evaluate("sessionStorage.sentiero_window_id")
    page.wait_for_timeout(20)
    page.reload()
    second = page.evaluate(STORED)
    assert second["sentiero_session_id"] == first["sentiero_session_id"]
    assert int(second["sentiero_session_last_seen"]) > int(first["sentiero_session_last_seen"])
    assert page.evaluate("sessionStorage.sentiero_window_id") == window


@pytest.mark.parametrize("change", [
    {"sentiero_session_last_seen": -6 * HOUR - 1000},
    {"sentiero_session_created_at": -7 * 24 * HOUR - 1000},
    {"sentiero_session_last_seen": None},
    {"sentiero_session_created_at": None},
    {"sentiero_session_created_at": "soon"},
    {"sentiero_session_last_seen": "-5"},
    {"sentiero_session_last_seen": ""},
    {"sentiero_session_id": "not an id!"},
])
def test_01_82_a_session_that_is_over_is_replaced(visit, change):
    """01-82"""
    page = visit()
    before = page.evaluate("Sentiero.sessionId()")
    window = page.evaluate("sessionStorage.sentiero_window_id")
    now = int(time.time() * 1000)
    values = {key: str(now + value) if isinstance(value, int) else value for key, value in change.items()}
    rewrite(page, {**values, "sentiero_entry_url": "http://old.test/", "sentiero_entry_referrer": "x"})
    assert page.evaluate("Sentiero.sessionId()") not in (before, None)
    assert UUID.match(page.evaluate("Sentiero.sessionId()"))
    assert page.evaluate("[localStorage.sentiero_entry_url, localStorage.sentiero_entry_referrer]") == [None, None]
    assert page.evaluate("sessionStorage.sentiero_window_id") == window


def test_01_82_within_the_limits_a_session_stays(visit):
    """01-82"""
    page = visit()
    before = page.evaluate("Sentiero.sessionId()")
    now = int(time.time() * 1000)
    rewrite(page, {"sentiero_session_last_seen": str(now - 6 * HOUR + 60_000), "sentiero_session_created_at": str(now - 7 * 24 * HOUR + 60_000)})
    assert page.evaluate("Sentiero.sessionId()") == before


@pytest.mark.parametrize("value", [0, -1, None, "3600000", True, {}])
def test_01_83_limits_that_are_not_positive_numbers_are_defaults(module, value):
    """01-83"""
    config = module("config.js", "(m, value) => m.normalizeConfig({eventsUrl: '/e', sessionIdleTimeoutMs: value, sessionMaxAgeMs: value})", value)
    assert (config["sessionIdleTimeoutMs"], config["sessionMaxAgeMs"]) == (6 * HOUR, 7 * 24 * HOUR)


def test_01_84_sessions_of_one_tab(visit):
    """01-84"""
    page = visit({"crossTabSessions": False})
    assert page.evaluate("sessionStorage.sentiero_session_id") == page.evaluate("Sentiero.sessionId()")
    assert page.evaluate("localStorage.length") == 0


def test_01_85_blocked_storage_gives_one_id_for_the_page(capture, context, visit):
    """01-85"""
    context.add_init_script("""for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError'); }});""")
    page = visit(body="<button>b</button>")
    capture.wait_for(lambda server: server.requests, "the first batch")
    page.click("button")
    capture.wait_for(lambda server: len(server.requests) >= 2, "two batches")
    assert len({(r.json["sessionId"], r.json["windowId"]) for r in capture.requests}) == 1
    assert [r.json["sequence"] for r in capture.requests] == list(range(len(capture.requests)))


def test_01_86_cookies_on_http(visit, context):
    """01-86"""
    page = visit({"sessionMaxAgeMs": HOUR})
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies["sentiero_sid"]["value"] == page.evaluate("Sentiero.sessionId()")
    assert cookies["sentiero_wid"]["value"] == page.evaluate("sessionStorage.sentiero_window_id")
    for name in ("sentiero_sid", "sentiero_wid"):
        cookie = cookies[name]
        assert (cookie["path"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("/", "Lax", False, False)
        assert abs(cookie["expires"] - time.time() - 3600) < 60


@pytest.mark.parametrize("protocol, end", [("https:", "; Secure"), ("http:", "")])
def test_01_86_the_text_of_the_cookies(module, protocol, end):
    """01-86"""
    written = module("cookies.js", """async (m, protocol) => {
        const written = [];
        const source = (await (await fetch('/modules/cookies.js')).text()).replaceAll('location.', 'fake.location.').replaceAll('document.', 'fake.document.');
        window.fake = {location: {protocol}, document: {set cookie(text) { written.push(text); }}};
        const copy = await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})));
        copy.mirrorIdentity('a b', 'w', 604800000);
        copy.mirrorIdentity(null, 'w', 1);
        copy.mirrorIdentity('s', null, 1000);
        return written;
    }""", protocol)
    tail = f"; path=/; max-age=604800; SameSite=Lax{end}"
    assert written[:2] == [f"sentiero_sid=a%20b{tail}", f"sentiero_wid=w{tail}"]
    assert len(written) == 3 and written[2].startswith("sentiero_sid=s;")


def test_the_sequence_goes_on_over_page_loads(capture, visit):
    page = visit(body="<button>b</button>")
    capture.wait_for(lambda server: server.requests)
    page.reload()
    page.wait_for_function("Sentiero.state() === 'recording'")
    page.click("button")
    capture.wait_for(lambda server: sum(e["type"] == 2 for e in server.events()) == 2, "snapshots of two page loads")
    batches = capture.batches()
    assert [batch["sequence"] for batch in batches] == list(range(len(batches))) and len(batches) > 1


def test_a_duplicated_tab_gets_its_own_window(capture, context, visit):
    page = visit()
    with context.expect_page() as opened:
        page.evaluate("() => void window.open(location.href)")  # Copies sessionStorage, as duplicating does.
    copy = opened.value
    copy.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
    ids = [tab.evaluate("sessionStorage.sentiero_window_id") for tab in (page, copy)]
    assert ids[0] != ids[1]
    assert page.evaluate("Sentiero.sessionId()") == copy.evaluate("Sentiero.sessionId()")
    for tab, window in zip((page, copy), ids):
        tab.reload()
        tab.wait_for_function("Sentiero.state() === 'recording'")
        assert tab.evaluate("sessionStorage.sentiero_window_id") == window
    capture.wait_for(lambda server: {r.json["windowId"] for r in server.requests} == set(ids), "both windows")
    for window in ids:
        sequences = [batch["sequence"] for batch in capture.batches() if batch["windowId"] == window]
        assert sequences == list(range(len(sequences)))


def test_activity_after_the_idle_limit_begins_a_session_with_a_snapshot(capture, context, visit):
    page = visit({"sessionIdleTimeoutMs": 60_000, "captureMetadata": True}, clock=1_700_000_000, body="<button>b</button><p id=p>x</p>")
    page.evaluate("Sentiero.setMetadata({plan: 'pro'})")
    page.clock.run_for(1000)
    first = page.evaluate("Sentiero.sessionId()")
    capture.wait_for(lambda server: server.requests)
    page.clock.fast_forward(61_000)
    page.evaluate("document.getElementById('p').textContent = 'unwatched'")
    page.clock.run_for(1000)
    assert page.evaluate("Sentiero.sessionId()") == first
    page.click("button")
    page.clock.run_for(1000)
    second = page.evaluate("Sentiero.sessionId()")
    assert second != first and page.evaluate("localStorage.sentiero_session_id") == second
    assert [c["value"] for c in page.context.cookies() if c["name"] == "sentiero_sid"] == [second]
    capture.wait_for(lambda server: any(r.json["sessionId"] == second for r in server.requests), "the new session")
    later = [r.json for r in capture.requests if r.json["sessionId"] == second]
    assert later[0]["sequence"] == 0 and [e["type"] for e in later[0]["events"]][:3] == [4, 2, 3]
    assert later[0]["metadata"]["plan"] == "pro" and later[0]["metadata"]["entry_url"]
    times = [e["timestamp"] for e in later[0]["events"]]
    assert times[2] >= times[1]
    # What happened while nobody was there belongs to neither session.
    assert not any(e["type"] == 3 and e["data"]["source"] == 0 for r in capture.requests if r.json["sessionId"] == first for e in r.json["events"])


def test_a_session_older_than_its_maximum_ends_in_a_page_in_use(capture, context, visit):
    page = visit({"sessionMaxAgeMs": 60_000}, clock=1_700_000_000, body="<button>b</button>")
    first = page.evaluate("Sentiero.sessionId()")
    for _ in range(5):
        page.clock.run_for(15_000)
        page.click("button")
    assert page.evaluate("Sentiero.sessionId()") != first


def test_activity_refreshes_last_seen_and_follows_another_tab(capture, context, visit):
    page = visit(clock=1_700_000_000, body="<button>b</button>")
    first = page.evaluate("Sentiero.sessionId()")
    page.clock.run_for(10_000)
    page.click("button")
    assert int(page.evaluate("localStorage.sentiero_session_last_seen")) >= 1_700_000_010_000
    page.evaluate("localStorage.sentiero_session_id = 'from-another-tab'")
    page.clock.run_for(6_000)
    page.click("button")
    assert page.evaluate("Sentiero.sessionId()") == "from-another-tab" != first
    page.clock.run_for(1_000)
    capture.wait_for(lambda server: any(r.json["sessionId"] == "from-another-tab" for r in server.requests), "the other session")
    moved = next(r.json for r in capture.requests if r.json["sessionId"] == "from-another-tab")
    assert moved["sequence"] == 0 and moved["events"][1]["type"] == 2


def test_a_full_snapshot_comes_at_least_every_two_minutes_of_activity(capture, context, visit):
    page = visit({"flushIntervalMs": 60_000, "flushEventThreshold": 100_000}, clock=1_700_000_000, body="<button>b</button>")
    for _ in range(10):
        page.clock.run_for(30_000)
        page.click("button")
    page.clock.run_for(2_000)
    hide(page)
    capture.wait_for(lambda server: sum(e["type"] == 2 for e in server.events()) >= 3, "three snapshots")
    times = [e["timestamp"] for e in capture.events() if e["type"] == 2]
    assert all(later - earlier <= 152_000 for earlier, later in zip(times, times[1:]))


def test_ids_do_not_need_random_uuid(capture, context, visit):
    context.add_init_script("delete Crypto.prototype.randomUUID")
    page = visit()
    assert UUID.match(page.evaluate("Sentiero.sessionId()"))


def test_a_frame_of_a_recorded_page_is_not_recorded_twice(capture, visit):
    capture.pages["/inner"] = page_html(body="<p>inner</p>")
    page = visit(body="<iframe src=/inner></iframe>")
    capture.wait_for(lambda server: any("inner" in r.text for r in server.requests), "the frame's content")
    assert page.frames[1].evaluate("Sentiero.state()") == "stopped"
    assert {r.json["windowId"] for r in capture.requests} == {page.evaluate("sessionStorage.sentiero_window_id")}


def test_a_store_that_is_full_does_not_make_sessions_vanish(capture, context, visit):
    context.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page = visit(clock=1_700_000_000, body="<button>b</button>")
    first = page.evaluate("Sentiero.sessionId()")
    for _ in range(3):
        page.clock.run_for(6_000)
        page.click("button")
    assert page.evaluate("Sentiero.sessionId()") == first


def test_a_page_that_played_on_unwatched_starts_again_with_a_snapshot(capture, context, visit):
    """Another tab kept the session alive, so it goes on; what this one did meanwhile was not recorded."""
    page = visit({"sessionIdleTimeoutMs": 60_000}, clock=1_700_000_000, body="<button>b</button><p id=p>x</p>")
    first = page.evaluate("Sentiero.sessionId()")
    page.clock.fast_forward(61_000)
    page.evaluate("document.getElementById('p').textContent = 'unwatched'")
    page.clock.run_for(10)
    page.evaluate("localStorage.sentiero_session_last_seen = Date.now()")
    page.click("button")
    page.clock.run_for(1_000)
    assert page.evaluate("Sentiero.sessionId()") == first
    hide(page)
    capture.wait_for(lambda server: sum(e["type"] == 2 for e in server.events()) == 2, "a second snapshot")
    assert "unwatched" in str([e for e in capture.events() if e["type"] == 2][1])
