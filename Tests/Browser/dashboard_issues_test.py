"""The issue pages in a real browser: with and without script, by keyboard, on a phone, in both themes."""

import gzip
import json
import time

import pytest
import redis
from axe_playwright_python.sync_playwright import Axe

from dashboard_fixtures import change, frame_text, installation, snapshot, until, wait_for_player

NOW = int(time.time() * 1000)
# A recording of 40 seconds; what breaks, breaks in its 30th.
START = NOW - 600_000
BROKEN_AT = START + 30_000
STACK = [
    "/usr/lib/ruby/gems/3.3.0/gems/activerecord-7.1.0/lib/active_record/core.rb:253:in `find'",
    "/usr/lib/ruby/gems/3.3.0/gems/activerecord-7.1.0/lib/active_record/querying.rb:22:in `find'",
    "/srv/app/models/cart_with_a_rather_long_name_that_goes_on_and_on/pricing_of_everything.rb:128:in `total_with_discounts_and_shipping_costs'",
    "/srv/app/controllers/carts_controller.rb:14:in `show'",
    "/usr/lib/ruby/gems/3.3.0/gems/actionpack-7.1.0/lib/action_controller/metal.rb:231:in `dispatch'",
]


def plant(store, number, message, exception, origin="server", count=1, at=NOW, facets=(), occurrences=(), project="default"):
    """A problem as docs/errors.md says it is kept. Its parts may lie in any shard."""
    fingerprint = f"{number:040x}"
    base = f"sentiero:{{0}}:{project}:"
    seen = at / 1000
    store.hset(base + f"problem:{fingerprint}", mapping={
        "origin": origin, "class": exception, "title": f"{exception}: {message}", "message": message, "count": count, "sessions": 2, "release": "2026.11",
        "first_seen": seen - 86400 * 3, "last_seen": seen, "first_received": at * 1000, "received": at * 1000, "platform": "ruby"})
    store.zadd(base + "problems", {fingerprint: seen})
    for name, value in [("environments", "production"), ("releases", "2026.11"), ("releases", "2026.10")]:
        store.zadd(base + "problems:" + name, {value: seen})
    for hours, amount in [(0, 3), (1, 9), (5, 1), (20, 4), (24 * 3, 30), (24 * 9, 12), (24 * 22, 2)]:
        moment = time.gmtime(NOW / 1000 - hours * 3600)
        store.hincrby(base + f"trend:{fingerprint}", time.strftime("h%Y%m%d%H", moment), amount)
        store.hincrby(base + f"trend:{fingerprint}", time.strftime("d%Y%m%d", moment), amount)
    for field, amount in facets:
        store.hset(base + f"facets:{fingerprint}", field, amount)
    for moment, session, window, document in occurrences:
        store.xadd(base + f"occurrences:{fingerprint}", {
            "v": 1, "at": moment, "session": session, "window": window,
            "z": gzip.compress(json.dumps({"exception_class": exception, "message": message, **document}).encode())})
        if session:
            store.zadd(base + f"affected:{fingerprint}", {session: moment / 1000})
    return fingerprint


@pytest.fixture(scope="module")
def broken(built_frontend):
    """One recording, and issues of every look."""
    for running in installation():
        store = redis.Redis(port=running.redis_port)
        running.record("shopper-1", "w1", [*snapshot(START, "at 0"), *(change(START + 1000 * second, f"at {second}") for second in range(1, 41))])
        document = {
            "backtrace": STACK, "platform": "ruby", "release": "2026.11", "environment": "production", "page": "/cart/checkout/" + "x" * 60,
            "context": json.dumps({"user": {"id": 7, "plan": "gold"}, "query": "SELECT " + "y" * 200}),
        }
        facets = [(f"page:/shop/{number}/" + "z" * 40, 90 - number) for number in range(10)]
        facets += [("environment:production", 80), ("environment:staging", 4), ("release:2026.11", 70), ("first:2026.11", NOW - 86400_000), ("browser:Chrome", 9)]
        running.server = plant(
            store, 1, "undefined method `price' for nil " + "and_so_on_" * 20, "NoMethodError", count=1234, facets=facets,
            occurrences=[(BROKEN_AT - 1000, "long-gone-session", "w1", {}), (BROKEN_AT, "shopper-1", "w1", document)])
        running.browser = plant(store, 2, "x is not a function", "TypeError", origin="browser", count=40, at=NOW - 60_000, occurrences=[
            (BROKEN_AT, "shopper-1", "w1", {
                "source": "https://shop.example/assets/app-1f3b.js", "line": 3, "column": 1200, "handled": False, "browser": "Chrome", "device": "Mobile",
                "backtrace": ["TypeError: x is not a function", "    at checkout (https://shop.example/assets/app-1f3b.js:3:1200)"]})])
        for number in range(3, 9):
            plant(store, number, f"failure {number}", "Timeout", at=NOW - number * 60_000)
        yield running


def titles(page):
    return [text.strip() for text in page.locator(".issue-message").all_inner_texts()]


def overflow(page):
    return page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth")


def test_03_S8_03_S9_from_the_list_to_the_replay_of_the_moment(broken, viewer):
    """03-S8, 03-S9, 03-C34"""
    page = viewer()
    page.goto(broken.url + "/")
    page.click("nav.nav >> text=Issues")
    assert page.get_attribute(".nav-item[aria-current]", "href") == "/issues"
    page.click("nav.tabs >> text=Browser")
    assert titles(page) == ["x is not a function"]
    page.click("text=x is not a function")
    page.wait_for_url(f"**/issues/{broken.browser}?list_source=client")
    assert page.get_attribute("text=All issues", "href") == "/issues?source=client"
    assert "not caught" in page.inner_text(".occurrence-head")
    link = page.locator("a.occurrence-replay")
    assert link.get_attribute("href") == f"/sessions/shopper-1/windows/w1?t={BROKEN_AT - 10_000}"
    link.click()
    wait_for_player(page)
    until(lambda: frame_text(page) in ("at 19", "at 20"), "the replay ten seconds before")
    page.goto(broken.url + f"/issues/{broken.server}")
    assert page.locator("a[href*='long-gone']").count() == 0
    page.click("button >> text=Resolve")
    assert "Issue resolved." in page.inner_text(".notice")
    assert page.inner_text("[data-status]") == "resolved"
    page.click("summary >> text=Ignore until")
    page.click("text=Ignore until that day")
    assert "Issue ignored until" in page.inner_text(".notice")
    page.click("button >> text=Reopen")
    assert page.inner_text("[data-status]") == "open"


@pytest.mark.parametrize("script", [True, False])
def test_many_at_once_with_and_without_script(broken, viewer, script):
    page = viewer(script=script)
    page.goto(broken.url + "/issues")
    page.fill("input[name=search]", "timeout")
    page.select_option("select[name=status]", "open")
    page.click("text=Filter")
    assert titles(page) == [f"failure {number}" for number in range(3, 9)]
    assert not page.locator(".bulk-bar").is_visible()
    for number in (3, 4):
        page.check(f"input[value='{number:040x}']")
    if script:
        assert page.inner_text("[data-bulk-count]") == "2 selected"
    page.locator(".bulk-bar button", has_text="Ignore").click()
    assert "2 issues ignored." in page.inner_text(".notice")
    assert "search=timeout" in page.url and "status=open" in page.url
    assert titles(page) == [f"failure {number}" for number in range(5, 9)]
    page.locator("tr.row", has_text="failure 5").locator("button", has_text="Resolve").click()
    assert "Issue resolved." in page.inner_text(".notice")
    assert titles(page) == [f"failure {number}" for number in range(6, 9)]
    page.goto(broken.url + "/issues?search=timeout")
    for number in (3, 4, 5):
        page.check(f"input[value='{number:040x}']")
    page.locator(".bulk-bar button", has_text="Reopen").click()
    assert "3 issues reopened." in page.inner_text(".notice")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_03_C98_03_C100_readable_in_both_themes_and_on_a_phone(broken, viewer, scheme, tmp_path):
    """03-C98, 03-C100"""
    page = viewer(scheme=scheme)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for name, path in [("list", "/issues?since=2020-01-01"), ("issue", f"/issues/{broken.server}"), ("none", "/issues?search=nothing")]:
            page.goto(broken.url + path)
            if name == "list":
                page.check(f"input[value='{3:040x}']")
            for summary in page.locator("main summary").all():
                if summary.is_visible() and not summary.evaluate("(node) => node.parentElement.open"):
                    summary.click()
            page.screenshot(path=tmp_path / f"{name}-{scheme}-{width}.png", full_page=True)
            assert overflow(page) <= 0, (name, width)
            serious = [item for item in Axe().run(page).response["violations"] if item["impact"] in ("serious", "critical")]
            assert not serious, [(item["id"], [node["html"][:200] for node in item["nodes"]]) for item in serious]
            small = page.evaluate("""() => [...document.querySelectorAll('main *')].filter((node) => node.checkVisibility() &&
                [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) && parseFloat(getComputedStyle(node).fontSize) < 12).length""")
            assert small == 0


def test_enter_on_a_ticked_box_changes_nothing(broken, viewer):
    page = viewer()
    page.goto(broken.url + "/issues")
    box = page.locator('input[name="fingerprints[]"]').first
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert box.is_checked() and page.url == broken.url + "/issues" and page.locator(".notice").count() == 0


def test_03_C99_by_keyboard_alone(broken, viewer):
    """03-C99"""
    page = viewer()
    page.goto(broken.url + "/issues?search=failure")
    links = page.locator("a.issue-link")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.issue-link')"):
            break
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.href") == links.nth(1).evaluate("(link) => link.href")
    target = links.nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + target)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('summary')"):
            break
    page.keyboard.press("Enter")
    assert page.locator("input[name=until_count]").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice")
    assert "Issue ignored until 25 more occurrences." in page.inner_text(".notice")
