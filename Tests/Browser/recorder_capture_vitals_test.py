"""captureWebVitals: what a visitor felt, rated as everywhere else, and told before the page is gone (spec 01 section 2.6, spec 06 section 2)."""

import pytest
from recorder_fixtures import hide

CONFIG = {"captureWebVitals": True, "flushIntervalMs": 60_000}
BODY = '<h1>Hello</h1><button style="width: 200px; height: 80px">Press</button>'

# Entries as the browser would report them: `send(type, entries)` hands them to whoever observes that type.
MADE_UP = """
    window.observers = [];
    window.PerformanceObserver = class {
        static supportedEntryTypes = ['paint', 'largest-contentful-paint', 'layout-shift', 'event', 'resource', 'navigation'];
        constructor(callback) { this.callback = callback; this.kept = []; observers.push(this); }
        observe(options) { this.options = options; }
        takeRecords() { return this.kept.splice(0); }
        disconnect() { observers.splice(observers.indexOf(this), 1); }
    };
    window.send = (type, entries, late) => {
        for (const observer of observers.filter((one) => one.options.type === type)) {
            if (late) observer.kept.push(...entries); else observer.callback({getEntries: () => entries});
        }
    };
    Object.defineProperty(performance, 'interactionCount', {configurable: true, get: () => window.interactions || 0});
    performance.getEntriesByType = (type) => type === 'navigation' ? [{responseStart: window.ttfb, activationStart: window.activation || 0}] : [];
"""


def reports(capture, count):
    found = capture.wait_for(lambda server: len(told := server.custom("__perf")) >= count and told, f"{count} vitals")
    return [(data["payload"]["metric"], data["payload"]["value"], data["payload"]["rating"]) for data in found]


@pytest.fixture
def staged(visit):
    """staged(script): a page whose performance entries are made up."""

    def open_page(ttfb=100, more="", **config):
        return visit({**CONFIG, **config}, head=f"<script>window.ttfb = {ttfb}; {more} {MADE_UP}</script>")

    return open_page


def test_a_real_page_tells_all_five_before_it_is_gone(capture, visit):
    page = visit(CONFIG, body=BODY + "<script>addEventListener('click', () => { const end = performance.now() + 60; while (performance.now() < end); })</script>")
    page.click("button")
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)))")
    page.goto("about:blank")
    found = reports(capture, 5)
    assert sorted(metric for metric, *_ in found) == ["CLS", "FCP", "INP", "LCP", "TTFB"]
    assert all(set(data["payload"]) == {"metric", "value", "rating"} for data in capture.custom("__perf"))
    values = {metric: value for metric, value, _ in found}
    assert 0 < values["TTFB"] <= values["FCP"] <= values["LCP"] and values["CLS"] == 0 and values["INP"] >= 56


@pytest.mark.parametrize("metric, good, poor", [("LCP", 2500, 4000), ("FCP", 1800, 3000), ("TTFB", 800, 1800), ("INP", 200, 500), ("CLS", 0.1, 0.25)])
def test_ratings_at_the_bounds(capture, staged, metric, good, poor):
    sample = {
        "LCP": "send('largest-contentful-paint', [{startTime: VALUE}])",
        "FCP": "send('paint', [{name: 'first-contentful-paint', startTime: VALUE}])",
        "TTFB": "0",
        "INP": "send('event', [{interactionId: 7, duration: VALUE}])",
        "CLS": "send('paint', [{name: 'first-contentful-paint', startTime: 9}]), send('layout-shift', [{value: VALUE, startTime: 50}])",
    }[metric]
    for value, rating in ((good, "good"), (good + 0.01, "needs-improvement"), (poor, "needs-improvement"), (poor + 0.01, "poor")):
        before = len(capture.requests)
        page = staged(ttfb=value if metric == "TTFB" else 0)
        page.evaluate(sample.replace("VALUE", str(value)))
        hide(page)
        capture.wait_for(lambda server: len(server.requests) > before, "a beacon")
        told = [data["payload"] for data in capture.custom("__perf") if data["payload"]["metric"] == metric]
        assert told[-1] == {"metric": metric, "value": pytest.approx(value), "rating": rating}
        page.close()


def test_shifts_count_by_their_worst_burst(capture, staged):
    page = staged()
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 10}])")
    page.evaluate("""send('layout-shift', [
        {startTime: 1000, value: 0.1}, {startTime: 1999, value: 0.1},                     // one burst: 0.2
        {startTime: 2999, value: 0.05}, {startTime: 3500, value: 9, hadRecentInput: true}, // a gap of a second; caused by input
        ...Array.from({length: 12}, (_, index) => ({startTime: 10000 + index * 500, value: 0.03})), // 5 s hold 10 of these: 0.3
    ])""")
    page.evaluate("send('layout-shift', [{startTime: 30000, value: 0.31}], true)")
    hide(page)
    assert ("CLS", 0.31, "poor") in reports(capture, 3), "also what the browser has not delivered yet"


def test_the_worst_burst_holds_five_seconds(capture, staged):
    page = staged()
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 10}])")
    page.evaluate("send('layout-shift', Array.from({length: 12}, (_, index) => ({startTime: 10000 + index * 500, value: 0.03})))")
    hide(page)
    assert ("CLS", 0.3, "poor") in reports(capture, 3)


def test_interactions_pass_over_one_in_fifty(capture, staged):
    page = staged()
    page.evaluate("""() => {
        send('event', [
            {interactionId: 0, duration: 900}, {interactionId: 1, duration: 300}, {interactionId: 1, duration: 260},
            {interactionId: 2, duration: 620}, {interactionId: 3, duration: 150}, {interactionId: 4, duration: 24},
        ]);
    }""")
    for count, told in ((49, 620), (50, 300), (100, 150), (5000, 24)):
        page.evaluate("(count) => { window.interactions = count }", count)
        hide(page)
        capture.wait_for(lambda server: any(data["payload"]["value"] == told for data in server.custom("__perf")), f"an INP of {told}")
    assert [value for metric, value, _ in reports(capture, 5) if metric == "INP"] == [620, 300, 150, 24]


def test_the_largest_paint_is_final_with_the_first_input(capture, staged):
    page = staged()
    page.evaluate("send('largest-contentful-paint', [{startTime: 500}, {startTime: 900}])")
    page.evaluate("document.body.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.evaluate("send('largest-contentful-paint', [{startTime: 1200}], true)")
    page.mouse.click(5, 5)
    page.evaluate("send('largest-contentful-paint', [{startTime: 1500}])")
    hide(page)
    assert [report for report in reports(capture, 2) if report[0] == "LCP"] == [("LCP", 1200, "good")], "an input by script is none"


def test_hidden_twice_tells_only_what_changed(capture, staged):
    page = staged()
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 10}]), send('largest-contentful-paint', [{startTime: 20}])")
    hide(page)
    reports(capture, 4)
    page.evaluate("send('layout-shift', [{startTime: 50, value: 0.2}])")
    hide(page)
    hide(page)
    page.evaluate("Sentiero.addCustomEvent('last')")
    hide(page)
    capture.wait_for(lambda server: server.custom("last"), "the end")
    assert [report[:2] for report in reports(capture, 5)] == [("TTFB", 100), ("FCP", 10), ("LCP", 20), ("CLS", 0), ("CLS", 0.2)]


def test_a_page_opened_in_the_background_has_no_paints(capture, staged):
    page = staged(more="Object.defineProperty(document, 'visibilityState', {configurable: true, value: 'hidden'});")
    page.evaluate("delete document.visibilityState")
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 9000}]), send('largest-contentful-paint', [{startTime: 9000}])")
    page.evaluate("send('layout-shift', [{startTime: 50, value: 0.2}])")
    hide(page)
    assert [metric for metric, *_ in reports(capture, 1)] == ["TTFB"]


def test_a_prerendered_page_counts_from_its_showing(capture, staged):
    page = staged(ttfb=300, more="window.activation = 1000;")
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 1400}]), send('largest-contentful-paint', [{startTime: 800}])")
    hide(page)
    assert reports(capture, 3)[:3] == [("TTFB", 0, "good"), ("FCP", 400, "good"), ("LCP", 0, "good")]


def test_back_from_the_cache_everything_begins_anew(capture, staged):
    page = staged()
    page.evaluate("""() => {
        send('paint', [{name: 'first-contentful-paint', startTime: 10}]); send('largest-contentful-paint', [{startTime: 20}]);
        send('layout-shift', [{startTime: 50, value: 0.2}]); send('event', [{interactionId: 1, duration: 300}]);
        window.interactions = 60;
        dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
    }""")
    first = reports(capture, 5)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))")
    page.evaluate("send('event', [{interactionId: 9, duration: 80}]), window.interactions = 61")
    hide(page)
    second = reports(capture, 10)[len(first):]
    assert [metric for metric, *_ in second] == ["TTFB", "FCP", "LCP", "CLS", "INP"]
    values = {metric: value for metric, value, _ in second}
    assert values["TTFB"] == 0 and values["CLS"] == 0 and values["INP"] == 80 and 0 < values["FCP"] == values["LCP"] < 1000


@pytest.mark.parametrize("missing", ["delete window.PerformanceObserver", "PerformanceObserver.supportedEntryTypes = []"])
def test_a_browser_that_measures_nothing_records_all_the_same(capture, visit, missing):
    page = visit({**CONFIG, "captureNetwork": True, "flushIntervalMs": 50}, head=f"<script>{missing}</script>")
    page.evaluate("Sentiero.addCustomEvent('here')")
    capture.wait_for(lambda server: server.custom("here"), "the event")


def test_stopping_tells_them_too(capture, staged):
    page = staged()
    page.evaluate("send('paint', [{name: 'first-contentful-paint', startTime: 10}]), send('event', [{interactionId: 1, duration: 300}]), Sentiero.stop()")
    assert [metric for metric, *_ in reports(capture, 4)] == ["TTFB", "FCP", "CLS", "INP"]


def test_off_by_default(capture, visit):
    page = visit({"flushIntervalMs": 50}, body=BODY)
    page.click("button")
    hide(page)
    page.evaluate("Sentiero.addCustomEvent('last')")
    capture.wait_for(lambda server: server.custom("last"), "the event")
    assert capture.custom("__perf") == []
