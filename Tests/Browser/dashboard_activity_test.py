"""The replay's list of what happened: errors, console, requests, forms, notes of the recorder; hostile content as plain text."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard_fixtures import change, click, custom, snapshot, until, wait_for_player

START = 1_780_000_000_000
MARKUP = "<img src=x onerror=top.hacked=1>"


def plugin(at, name, payload):
    return {"type": 6, "data": {"plugin": name, "payload": payload}, "timestamp": at}


def console(at, level, *parts, trace=()):
    return plugin(at, "rrweb/console@1", {"level": level, "trace": list(trace), "payload": list(parts)})


def requests(at, *several):
    names = ("name", "method", "initiatorType", "status", "startTime", "duration", "transferSize")
    return plugin(at, "rrweb/network@1", {"requests": [dict(zip(names, one)) for one in several]})


def vital(at, metric, value, rating):
    return custom(at, "__perf", {"metric": metric, "value": value, "rating": rating})


EVENTS = [
    *snapshot(START),
    vital(START + 100, "TTFB", 95.4, "good"), vital(START + 120, "LCP", 9000, "poor"), vital(START + 300, "LCP", 2900.4, "needs-improvement"),
    vital(START + 310, "CLS", 0.3071, "poor"), vital(START + 310, "__proto__", 1, "good"), vital(START + 310, "constructor", 1, "good"),
    click(START + 1000, 12, 34), custom(START + 1002, "__click", {"selector": "button.buy"}),
    click(START + 1500, 1, 2),
    custom(START + 2000, "error", {
        "message": f"{MARKUP} boom", "source": "https://shop.example/app.js", "lineno": 3, "colno": 9, "stack": "TypeError: boom\n    at pay (app.js:3:9)",
        "name": "TypeError", "release": "1.4.2", "handled": False, "count": 7}),
    console(START + 2500, "error", "could not", "load", '{"code":7}', trace=["load (https://shop.example/app.js:1:2)"]),
    console(START + 2600, "warn", MARKUP),
    console(START + 2700, "nonsense"),
    requests(
        START + 4000, ("https://shop.example/api/cart", "GET", "fetch", 200, 4990, 150.4, 2345),
        ("https://api.example/pay", "POST", "xmlhttprequest", 502, 5490, 1200, 0), ("https://shop.example/gone", "GET", "fetch", 0, 6000, 1000, 0),
        ("https://shop.example/log", "POST", "beacon", 0, 6990, 10, 0)),
    custom(START + 4500, "__form_submit", {"name": "checkout", "url": "https://shop.example/cart"}),
    custom(START + 5000, "navigation", {"url": "https://pay.example/start", "text": "Pay", "external": True}),
    custom(START + 6000, "signed_up", {"plan": MARKUP, "n": [1, 2]}),
    custom(START + 7000, "__recorder", {"reason": "pressure", "dropped": 0, "since": START + 6500}),
    custom(START + 7000, "__recorder", {"reason": "refused_413", "dropped": 120, "since": START + 6600}),
    custom(START + 7000, "__recorder", {"reason": "toString", "dropped": 1, "since": "x"}),
    custom(START + 7100, "__internal", {"x": 1}),
    change(START + 9000, "end"),
]

LISTED = [
    "Page: /cart", "Click: Click on button.buy", "Click: Click (1, 2)",
    "Request: GET 200 /api/cart 150 ms",
    f"Error: {MARKUP} boom and 7 more like it",
    "Request: POST 502 api.example/pay 1.2 s",
    'Console: error could not load {"code":7}', f"Console: warn {MARKUP}", "Console: log (nothing)",
    "Request: GET failed /gone 1.0 s", "Request: POST /log",
    "Form: Form “checkout” submitted", "Page: Leaving to pay.example/start", "Event: signed_up",
    "Recorder: The recorder paused here: the page was too busy",
    "Recorder: 120 events missing from here on: the server refused them (413)",
    "Recorder: Something is missing here (toString, 1 event)",
]


@pytest.fixture(scope="session")
def eventful(dashboard):
    dashboard.record("eventful", "w1", EVENTS)
    return dashboard.url + "/sessions/eventful/windows/w1"


def opened(page, address, entries=len(LISTED)):
    page.goto(address)
    wait_for_player(page)
    until(lambda: page.locator(".activity-entry").count() == entries, "the list")
    return page


def labels(page):
    return [" ".join(label.split()) for label in page.locator(".activity-label").all_inner_texts()]


def test_all_that_was_captured_is_listed_in_order(eventful, viewer):
    page = opened(viewer(), eventful)
    assert labels(page) == LISTED
    assert page.evaluate("window.hacked") is None and page.locator(".activity img").count() == 0
    assert page.locator(".is-problem .activity-label").count() == 4


KINDS = {"navigation": 2, "click": 2, "form": 1, "error": 4, "console": 3, "network": 4, "custom": 1, "note": 3, "all": len(LISTED)}


def test_each_kind_on_its_own(eventful, viewer):
    page = opened(viewer(), eventful)
    for kind, count in KINDS.items():
        page.click(f"[data-kind={kind}]")
        assert page.locator(".activity-entry").count() == count, kind
        assert page.inner_text("[data-activity-count]") == str(count)
    painted = "document.querySelector('[data-seek-map]').toDataURL()"
    before = page.evaluate(painted)
    page.click("[data-kind=network]")
    assert page.evaluate(painted) != before, "the bar shows the same"


def test_filters_without_entries_are_not_in_the_way(dashboard, viewer):
    dashboard.record("uneventful", "w1", [*snapshot(START), change(START + 900, "end")])
    page = opened(viewer(), dashboard.url + "/sessions/uneventful/windows/w1", 1)
    assert [button.get_attribute("data-kind") for button in page.locator("[data-kind]:visible").all()] == ["all", "navigation", "click", "error", "custom"]
    assert page.locator("[data-vitals] .pill").count() == 0


def test_details_open_and_close(eventful, viewer):
    page = opened(viewer(), eventful)
    row = page.locator("li", has_text="boom")
    row.locator(".activity-more").click()
    details = dict(zip(row.locator("dt").all_inner_texts(), row.locator("dd").all_inner_texts()))
    assert details == {
        "Message": f"{MARKUP} boom", "Class": "TypeError", "Place": "https://shop.example/app.js:3:9", "Version": "1.4.2",
        "Stack": "TypeError: boom\n    at pay (app.js:3:9)"}
    page.click("[data-kind=error]")
    assert page.locator("dl.activity-details").count() == 1, "it stays open"
    row.locator(".activity-more").click()
    assert page.locator("dl.activity-details").count() == 0
    row = page.locator("li", has_text="POST 502")
    row.locator(".activity-more").click()
    assert "https://api.example/pay" in row.inner_text()
    page.click("[data-kind=custom]")
    row = page.locator("li", has_text="signed_up")
    row.locator(".activity-more").click()
    assert json.loads(row.locator("dd").inner_text()) == {"plan": MARKUP, "n": [1, 2]}


def test_the_list_by_keyboard(eventful, viewer):
    page = opened(viewer(), eventful)
    page.locator(".activity-entry").first.focus()
    focused = "document.activeElement.textContent"
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert "boom" in page.evaluate(focused)
    page.keyboard.press("ArrowRight")
    assert page.locator("dl.activity-details").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Space")
    assert page.locator("dl.activity-details").count() == 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(lambda: abs(int(page.eval_on_selector("[data-seek]", "(slider) => slider.value")) - 2490) <= 100, "the moment of the request")
    page.keyboard.press("End")
    assert "toString" in page.evaluate(focused)


def test_web_vitals_are_badges(eventful, viewer):
    page = opened(viewer(), eventful)
    badges = page.locator("[data-vitals] .pill")
    assert [" ".join(text.split()) for text in badges.all_inner_texts()] == ["LCP 2.9 s (needs improvement)", "CLS 0.307 (poor)", "TTFB 95 ms (good)"]
    assert [badge.get_attribute("class").split("pill-")[1] for badge in badges.all()] == ["warning", "danger", "success"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_03_C98_for_everyone(eventful, viewer, scheme):
    """03-C98"""
    page = opened(viewer(scheme=scheme), eventful)
    for more in page.locator(".activity-more").all():
        more.click()
    page.locator(".activity-entry").nth(4).click()
    result = Axe().run(page, context={"exclude": [["#replayer iframe"]]})
    serious = [item for item in result.response["violations"] if item["impact"] in ("serious", "critical")]
    assert not serious, [(item["id"], [node["html"][:200] + " " + (node["any"][0]["message"] if node["any"] else "") for node in item["nodes"]]) for item in serious]


def test_03_C100_on_a_phone(eventful, viewer):
    """03-C100"""
    page = opened(viewer(width=360, height=740), eventful)
    for more in page.locator(".activity-more").all():
        more.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('[data-activity]').scrollWidth <= document.querySelector('[data-activity]').clientWidth")


ODD = [None, 5, "text", [], {}, {"toString": 1, "valueOf": 2, "toJSON": 3}, [[[]]], {"__proto__": {"x": 1}}, True]


def test_members_of_any_type_break_nothing(dashboard, viewer):
    events = snapshot(START)
    at = START
    for odd in ODD:
        at += 10
        events += [
            custom(at, "error", {"message": odd, "source": odd, "lineno": odd, "stack": odd, "count": odd, "name": odd}), {"type": 5, "data": {"tag": "error", "payload": odd}, "timestamp": at},
            custom(at, "__recorder", {"reason": odd, "dropped": odd, "since": odd}), custom(at, "navigation", {"url": odd, "external": True}),
            custom(at, "__form_submit", {"name": odd, "id": odd}), custom(at, "__click", {"selector": odd}), custom(at, "__perf", {"metric": odd, "value": odd, "rating": odd}),
            custom(at, "own", odd), plugin(at, "rrweb/console@1", odd), plugin(at, "rrweb/network@1", odd), plugin(at, "other@1", odd),
            plugin(at, "rrweb/console@1", {"level": odd, "payload": odd, "trace": odd}), plugin(at, "rrweb/network@1", {"requests": odd}),
            plugin(at, "rrweb/network@1", {"requests": [odd, {"name": odd, "method": odd, "status": odd, "startTime": odd, "duration": odd, "initiatorType": odd}]}),
            {"type": 6, "data": odd, "timestamp": at},
        ]
    dashboard.record("odd", "w1", [*events, change(at + 500, "end")])
    page = viewer()
    page.goto(dashboard.url + "/sessions/odd/windows/w1")
    wait_for_player(page)
    until(lambda: page.locator(".activity-entry").count() > 50, "the list")
    for more in page.locator(".activity-more").all():
        more.click()
    assert page.locator("[data-vitals] .pill").count() == 0
