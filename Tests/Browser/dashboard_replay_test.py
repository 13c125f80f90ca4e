"""Replay in a real browser: everything arrives, moments are hit, what is missing is said."""

import json
import time

import pytest

from dashboard_fixtures import change, clockwork, click, custom, frame_text, snapshot, until, wait_for_player

START = 1_780_000_000_000


def open_replay(page, dashboard, session, window="w1", query=""):
    page.goto(f"{dashboard.url}/sessions/{session}/windows/{window}{query}")


def loaded(page):
    """Until nothing is left to load."""
    until(lambda: page.evaluate("!document.querySelector('[data-status]').textContent.startsWith('Loading')"), "the page")


def position(page):
    return int(page.eval_on_selector("[data-seek]", "(slider) => slider.value"))


def is_playing(page):
    return page.get_attribute("[data-play]", "aria-label") == "Pause"


@pytest.fixture(scope="session")
def long_session(dashboard):
    """2,500 events at a page size of 500: 250 s, a snapshot every 40 s."""
    events = clockwork(START, 2500, 100, 400)
    dashboard.record("long", "w1", events)
    return events


def test_03_C61_everything_replays(dashboard, viewer, long_session):
    """03-C61"""
    page = viewer()
    open_replay(page, dashboard, "long")
    wait_for_player(page)
    loaded(page)
    end = long_session[-1]["timestamp"] - START
    assert page.inner_text("[data-total]") == f"{end // 60000}:{end // 1000 % 60:02d}"
    page.eval_on_selector("[data-seek]", "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('change')); }", end)
    until(lambda: frame_text(page) == f"at {end - 100}" or frame_text(page) == f"at {end}", "the last event")


@pytest.mark.parametrize("query, offset", [
    ("?t=123450", 123450), (f"?t={START + 123450}", 123450), ("?t=0", 0), ("?t=39950", 39950), ("?t=40000", 40000), ("?t=40050", 40050), ("?t=-5", 0),
])
def test_03_C69_a_link_to_a_moment_lands_there(dashboard, viewer, long_session, query, offset):
    """03-C69"""
    page = viewer()
    open_replay(page, dashboard, "long", query=query)
    wait_for_player(page)
    page.wait_for_timeout(400)
    assert abs(position(page) - offset) <= 100
    assert not is_playing(page)
    shown = int(frame_text(page).removeprefix("at "))
    assert offset - 200 <= shown <= offset
    page.wait_for_timeout(400)
    assert abs(position(page) - offset) <= 100, "it stays paused"


def test_03_C69_beyond_the_end_is_the_end(dashboard, viewer, long_session):
    """03-C69"""
    page = viewer()
    open_replay(page, dashboard, "long", query="?t=99999999")
    wait_for_player(page)
    page.wait_for_timeout(400)
    assert abs(position(page) - (long_session[-1]["timestamp"] - START)) <= 100


def test_a_deep_link_loads_from_the_snapshot_before_it_first(dashboard, viewer, long_session):
    page = viewer()
    seen, held = [], []

    def route(route):
        seen.append(route.request.url)
        if len(seen) > 1 and held is not None:
            held.append(route)
        else:
            route.continue_()

    page.route("**/events?*", route)
    open_replay(page, dashboard, "long", query="?t=205000")
    wait_for_player(page)
    assert "cursor=&" not in seen[0]
    until(lambda: frame_text(page) == "at 204900", "the moment, although the rest is held up")
    page.unroute("**/events?*")
    for waiting in held:
        waiting.continue_()
    loaded(page)
    page.eval_on_selector("[data-seek]", "(slider) => { slider.value = 30050; slider.dispatchEvent(new Event('change')); }")
    until(lambda: frame_text(page) == "at 30000", "a moment of the part that came later")


def test_03_C63_a_failing_page_is_said_and_can_be_retried(dashboard, viewer, long_session):
    """03-C63"""
    page = viewer()
    seen = []
    broken = {"is": True}

    def route(route):
        if route.request.url not in seen:
            seen.append(route.request.url)
        if broken["is"] and seen.index(route.request.url) == 2:
            return route.fulfill(status=502, body="bad gateway")
        return route.continue_()

    page.route("**/events?*", route)
    open_replay(page, dashboard, "long")
    banner = page.locator("[data-failure]")
    banner.wait_for(state="visible", timeout=15000)
    assert "could not be loaded completely" in banner.inner_text()
    assert f"of {len(long_session)} events" in banner.inner_text()
    broken["is"] = False
    page.click("[data-retry]")
    banner.wait_for(state="hidden")
    loaded(page)
    page.eval_on_selector("[data-seek]", "(slider) => { slider.value = 245000; slider.dispatchEvent(new Event('change')); }")
    until(lambda: frame_text(page) == "at 244900", "a moment of a later page")


def test_seeking_back_and_forth_shows_what_was_there(dashboard, viewer, long_session):
    page = viewer()
    open_replay(page, dashboard, "long")
    wait_for_player(page)
    loaded(page)
    for offset in (200000, 30000, 199950, 41000, 1000, 120050):
        page.eval_on_selector("[data-seek]", "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('change')); }", offset)
        until(lambda: offset - 200 <= int(frame_text(page).removeprefix("at ")) <= offset, f"what was there at {offset}")


def test_seeking_back_over_shadow_roots_keeps_their_content(dashboard, viewer):
    def add(at, number):
        return {"type": 3, "timestamp": at, "data": {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [
            {"parentId": 5, "nextId": None, "node": {"type": 2, "tagName": "div", "attributes": {"class": "host"}, "childNodes": [], "id": 100 + number * 10, "isShadowHost": True}},
            {"parentId": 100 + number * 10, "nextId": None, "node": {
                "type": 2, "tagName": "span", "attributes": {}, "childNodes": [], "id": 101 + number * 10, "isShadow": True}},
            {"parentId": 101 + number * 10, "nextId": None, "node": {"type": 3, "textContent": f"shadow {number}", "id": 102 + number * 10}},
        ]}}

    events = snapshot(START) + [add(START + 1000 * (number + 1), number) for number in range(5)] + [change(START + 10000, "end")]
    dashboard.record("shadow", "w1", events)
    page = viewer()
    open_replay(page, dashboard, "shadow")
    wait_for_player(page)
    loaded(page)
    texts = """() => [...document.querySelector('#replayer iframe').contentDocument.querySelectorAll('.host')]
        .map((host) => host.shadowRoot ? host.shadowRoot.textContent : 'no shadow root')"""
    for offset, count in ((9000, 5), (2500, 2), (9500, 5), (1500, 1)):
        page.eval_on_selector("[data-seek]", "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('change')); }", offset)
        page.wait_for_timeout(200)
        assert page.evaluate(texts) == [f"shadow {number}" for number in range(count)]


def test_playing_pausing_and_speed(dashboard, viewer, long_session):
    page = viewer()
    open_replay(page, dashboard, "long")
    wait_for_player(page)
    page.select_option("[data-speed]", "8")
    page.click("[data-play]")
    until(lambda: position(page) > 2000, "playback")
    assert is_playing(page)
    page.click("[data-play]")
    assert not is_playing(page)
    at = position(page)
    page.wait_for_timeout(500)
    assert abs(position(page) - at) < 100


def test_the_activity_list_seeks_and_filters(dashboard, viewer):
    events = [
        *snapshot(START), click(START + 1000, 12, 34), custom(START + 2000, "error", {"message": "<b>boom</b>"}), custom(START + 3000, "signed_up"),
        custom(START + 3500, "__perf", {"metric": "LCP"}), *snapshot(START + 4000, "second", href="https://shop.example/thanks"), change(START + 6000, "end"),
    ]
    dashboard.record("activity", "w1", events)
    page = viewer()
    open_replay(page, dashboard, "activity")
    wait_for_player(page)
    loaded(page)
    page.wait_for_timeout(300)
    labels = page.locator(".activity-label").all_inner_texts()
    assert [label.split(":", 1)[-1].strip() for label in labels] == ["/cart", "Click (12, 34)", "<b>boom</b>", "signed_up", "/thanks"]
    page.click("[data-kind=error]")
    assert page.locator(".activity-entry").count() == 1
    page.click(".activity-entry")
    until(lambda: abs(position(page) - 2000) <= 100, "the moment of the error")
    assert page.inner_text("[data-page-url]") == "https://shop.example/cart"
    page.click("[data-kind=all]")
    page.locator(".activity-entry").last.click()
    until(lambda: page.inner_text("[data-page-url]") == "https://shop.example/thanks", "the second page")


def test_what_still_arrives_is_appended(dashboard, viewer):
    now = int(time.time() * 1000)
    dashboard.record("live", "w1", [*snapshot(now - 2000), change(now - 1000, "one")])
    page = viewer()
    open_replay(page, dashboard, "live")
    wait_for_player(page)
    assert page.locator("[data-live]").is_visible()
    dashboard.record("live", "w1", [change(now + 5000, "two"), custom(now + 6000, "later")])
    until(lambda: page.locator(".activity-label", has_text="later").count() == 1, "the new event", timeout=20)
    assert page.inner_text("[data-total]") == "0:08"
    page.eval_on_selector("[data-seek]", "(slider) => { slider.value = 7500; slider.dispatchEvent(new Event('change')); }")
    until(lambda: frame_text(page) == "two", "the new content")


def test_nothing_recorded_runs_or_calls_out(dashboard, viewer):
    body = [
        {"type": 2, "tagName": "img", "attributes": {"src": "https://evil.example/pixel.png", "onerror": "top.hacked = 1"}, "childNodes": [], "id": 20},
        {"type": 2, "tagName": "script", "attributes": {}, "childNodes": [{"type": 3, "textContent": "top.hacked = 2", "id": 22}], "id": 21},
        {"type": 2, "tagName": "a", "attributes": {"href": "javascript:top.hacked=3", "onclick": "top.hacked=4"}, "childNodes": [], "id": 23},
        {"type": 2, "tagName": "link", "attributes": {"rel": "stylesheet", "href": "https://evil.example/style.css"}, "childNodes": [], "id": 24},
        {"type": 2, "tagName": "iframe", "attributes": {"src": "https://evil.example/frame"}, "childNodes": [], "id": 25},
        {"type": 2, "tagName": "meta", "attributes": {"http-equiv": "refresh", "content": "0;url=https://evil.example/"}, "childNodes": [], "id": 26},
    ]
    dashboard.record("hostile", "w1", [*snapshot(START, body=body), change(START + 500, "end")])
    page = viewer()
    foreign = []
    page.context.on("request", lambda request: not request.url.startswith((dashboard.url, "data:", "about:", "blob:")) and foreign.append(request.url))
    page.context.on("requestfailed", lambda request: request.url in foreign and foreign.remove(request.url))
    open_replay(page, dashboard, "hostile")
    wait_for_player(page)
    page.click("[data-play]")
    page.wait_for_timeout(1500)
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelector('#replayer iframe').sandbox.value") == "allow-same-origin"
    assert foreign == [], "policy stops every request before it leaves"
    assert page.locator("[data-blocked]").is_visible()


def test_the_link_of_a_moment_is_copied(dashboard, viewer, long_session):
    page = viewer()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_replay(page, dashboard, "long", query="?t=61000")
    wait_for_player(page)
    page.click("#copy-link-btn")
    until(lambda: page.evaluate("document.querySelector('#copy-link-btn').textContent === 'Copied!'"), "the page")
    assert page.evaluate("navigator.clipboard.readText()") == f"{dashboard.url}/sessions/long/windows/w1?t=61000"
    until(lambda: page.evaluate("document.querySelector('#copy-link-btn').textContent === 'Copy link'"), "the page")


def test_events_that_expired_under_the_page_are_named(dashboard, viewer, long_session):
    page = viewer()
    page.route("**/chunks*", lambda route: route.fulfill(status=200, content_type="application/json", body=json.dumps({"chunks": [], "total": 0, "newest": None})))
    open_replay(page, dashboard, "long")
    until(lambda: page.evaluate("document.querySelector('[data-cover-text]').textContent.includes('gone')"), "the page")
