"""The last words of a page (01-90..92)."""

import pytest

from recorder_delivery_test import NOISE, QUIET, add, numbers
from recorder_fixtures import CaptureServer, hide

REFUSE = "Navigator.prototype.sendBeacon = () => false;"


def test_01_90_hiding_sends_one_beacon(capture, visit):
    page = visit(QUIET)
    add(page, 1)
    hide(page)
    capture.wait_for(lambda server: server.requests)
    page.wait_for_timeout(200)
    (request,) = capture.requests
    assert request.headers["Content-Type"] == "text/plain" and "Content-Encoding" not in request.headers
    assert request.body[:2] == b"\x1f\x8b" and numbers(capture) == [0]
    assert [e["type"] for e in request.json["events"]] == [4, 2, 5]


def test_01_90_across_origins_as_well(capture, built_frontend, visit):
    other = CaptureServer()
    try:
        page = visit({**QUIET, "eventsUrl": other.origin + "/events"})
        add(page, 1)
        hide(page)
        other.wait_for(lambda server: numbers(server) == [0], "the beacon")
        assert other.requests[0].is_beacon and other.requests[0].headers["Origin"] == capture.origin
    finally:
        other.close()


@pytest.mark.parametrize("how", ["navigate", "close", "reload"])
def test_a_page_that_goes_away_sends_what_it_has(capture, visit, how):
    capture.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page = visit(QUIET)
    add(page, 60)
    if how == "navigate":
        page.goto(capture.origin + "/blank")
    elif how == "reload":
        page.reload()
    else:
        page.close(run_before_unload=True)
    capture.wait_for(lambda server: len(numbers(server)) == 60, "the beacon")
    assert numbers(capture) == list(range(60))


def test_what_trackers_report_on_hiding_is_on_board(capture, visit):
    page = visit(QUIET, head="<script>document.addEventListener('visibilitychange', () => Sentiero.addCustomEvent('vitals'))</script>")
    hide(page)
    capture.wait_for(lambda server: server.custom("vitals"), "the last report")


def test_01_91_much_is_sent_in_several_beacons_each_event_once(capture, visit):
    """01-91"""
    page = visit(QUIET)
    page.evaluate("Sentiero.setMetadata({plan: 'pro'})")
    page.evaluate("(noise) => { for (let i = 0; i < 400; i++) Sentiero.addCustomEvent('n', {i, s: (0, eval)(noise)(400)}); }", NOISE)
    hide(page)
    capture.wait_for(lambda server: len(numbers(server)) == 400, "all events")
    assert sorted(numbers(capture)) == list(range(400))
    assert all(len(r.body) <= 64_000 for r in capture.requests) and len(capture.requests) > 2
    with_metadata = [batch for batch in capture.batches() if "metadata" in batch]
    assert len(with_metadata) == 1 and with_metadata[0]["sequence"] == 0
    assert sorted(b["sequence"] for b in capture.batches()) == list(range(len(capture.batches())))


def test_a_beacon_is_judged_inflated_as_well(capture, visit):
    page = visit({**QUIET, "maxInflatedBytes": 100_000})
    page.evaluate("() => { for (let i = 0; i < 100; i++) Sentiero.addCustomEvent('n', {i, s: 'a'.repeat(5000)}); }")
    hide(page)
    capture.wait_for(lambda server: len(numbers(server)) == 100, "all events")
    assert all(len(r.text) <= 100_000 for r in capture.requests)


def test_01_92_a_refused_beacon_becomes_a_keepalive_request(capture, context, visit):
    """01-92"""
    context.add_init_script(REFUSE + "const real = fetch; window.calls = []; window.fetch = (url, options) => { calls.push(options.keepalive); return real(url, options); };")
    page = visit(QUIET)
    add(page, 1)
    hide(page)
    capture.wait_for(lambda server: numbers(server) == [0], "the request")
    assert page.evaluate("calls") == [True] and capture.requests[0].is_beacon


def test_01_92_when_nothing_works_it_warns_and_keeps_the_events(capture, context, visit):
    """01-92"""
    context.add_init_script(REFUSE + "const real = fetch; window.broken = true; window.fetch = (...args) => broken ? Promise.reject(new TypeError('no')) : real(...args);")
    page = visit(QUIET)
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    add(page, 1)
    hide(page)
    page.wait_for_timeout(200)
    assert any("were not sent" in text for text in warnings)
    page.evaluate("broken = false; Sentiero.addCustomEvent('n', {i: 1}); Sentiero.stop()")
    capture.wait_for(lambda server: numbers(server) == [0, 1], "both events")


def test_an_upload_under_way_is_repeated_by_beacon_with_the_same_id(capture, visit):
    capture.replies = ["hang"]
    page = visit({"flushIntervalMs": 100})
    capture.wait_for(lambda server: server.requests)
    capture.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page.goto(capture.origin + "/blank")
    capture.wait_for(lambda server: len(server.requests) >= 2, "the beacon")
    upload, beacon = capture.requests[:2]
    assert beacon.is_beacon and not upload.is_beacon
    assert beacon.text == upload.text


def test_a_failed_batch_goes_with_the_last_words(capture, visit):
    capture.replies = [500]
    page = visit({"flushIntervalMs": 100})
    capture.wait_for(lambda server: server.requests)
    page.wait_for_timeout(100)
    add(page, 1)
    hide(page)
    capture.wait_for(lambda server: numbers(server) == [0] and len(server.requests) == 3, "the beacons")
    # Two beacons arrive in either order.
    failed, *beacons = [request.json["batchId"] for request in capture.requests]
    assert failed in beacons
    assert sorted(batch["sequence"] for batch in capture.batches()) == [0, 1]


def test_hiding_twice_sends_nothing_twice(capture, visit):
    page = visit(QUIET)
    add(page, 1)
    hide(page)
    hide(page)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    capture.wait_for(lambda server: server.requests)
    page.wait_for_timeout(200)
    assert len(capture.requests) == 1


def test_a_heavy_first_snapshot_does_not_wait_for_the_end(capture, visit):
    visit(QUIET, body="<p>" + "</p><p>".join(f"paragraph {n} of a long page" for n in range(4000)) + "</p>")
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "the snapshot")
    assert not capture.requests[0].is_beacon
