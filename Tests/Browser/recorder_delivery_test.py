"""Batches, failures and retries (01-36, 01-90..96)."""

import gzip
import random
import time

import pytest

from recorder_fixtures import hide, inflate

QUIET = {"flushIntervalMs": 600_000, "flushEventThreshold": 100_000}
# Letters that hardly compress, as a custom event of about n bytes.
NOISE = """(n) => { let s = ''; while (s.length < n) s += String.fromCharCode(...Array.from(crypto.getRandomValues(new Uint8Array(64)), (b) => 0x2600 + b));
    return s.slice(0, n); }"""


def later(page, seconds):
    page.clock.run_for(int(seconds * 1000))


def settle(page):
    """Lets compression and network, which know no stopped clock, come to an end."""
    page.evaluate("() => fetch('/blank').catch(() => {})")
    page.wait_for_timeout(150)


COUNT_ANSWERS = """
    const real = window.fetch;
    window.answers = 0;
    window.fetch = (...request) => real(...request).finally(() => { window.answers += new URL(request[0], location).pathname === '/events'; });
"""


def answered(page, capture, count):
    """Until `count` batches were sent and the page has their answers; a slow machine takes its time. Needs COUNT_ANSWERS."""
    capture.wait_for(lambda server: len(server.requests) >= count, f"request {count}")
    limit = time.monotonic() + 10
    while page.evaluate("window.answers") < count:
        assert time.monotonic() < limit, f"the page never got answer {count}"
        time.sleep(0.02)
    settle(page)
    assert len(capture.requests) == count


def add(page, count, tag="n"):
    page.evaluate("([count, tag]) => { for (let i = 0; i < count; i++) Sentiero.addCustomEvent(tag, {i}); }", [count, tag])


def numbers(capture, tag="n"):
    return [data["payload"]["i"] for data in capture.custom(tag)]


def test_the_threshold_and_the_interval_send(capture, visit):
    page = visit({"flushIntervalMs": 600_000, "flushEventThreshold": 20})
    add(page, 20)
    capture.wait_for(lambda server: numbers(server) and max(numbers(server)) >= 17, "the threshold's batch")
    capture.requests.clear()
    page = visit({"flushIntervalMs": 100, "flushEventThreshold": 1000}, path="/two")
    add(page, 1, "tick")
    capture.wait_for(lambda server: server.custom("tick"), "the interval's batch")


@pytest.mark.parametrize("status", [500, 502, 503, 408, 429])
def test_01_36_a_passing_failure_is_retried_with_the_same_batch(capture, visit, status):
    capture.replies = [status]
    page = visit()
    capture.wait_for(lambda server: len(server.requests) >= 2, "a retry")
    first, second = capture.requests[:2]
    assert (first.status, second.status) == (status, 200)
    assert first.text == second.text
    assert page.evaluate("Sentiero.state()") == "recording"


def test_01_36_a_lost_answer_repeats_the_identical_batch(capture, context, visit):
    context.add_init_script("""
        const real = window.fetch; let first = true;
        window.fetch = async (...args) => { const answer = await real(...args); if (first) { first = false; throw new TypeError('lost'); } return answer; };
    """)
    visit()
    capture.wait_for(lambda server: len(server.requests) >= 2, "a retry")
    assert capture.requests[0].text == capture.requests[1].text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_01_95_a_refused_batch_is_never_sent_again(capture, visit, status):
    """01-95"""
    capture.replies = [lambda body: status if len(capture.requests) == 0 else 200]
    page = visit(QUIET)
    page.evaluate("dispatchEvent(new Event('x'))")
    visit_interval(page, capture)
    refused = [r for r in capture.requests if r.status == status]
    if status == 413:
        return  # Split instead: below.
    assert len(refused) == 1
    assert sum(r.json["batchId"] == refused[0].json["batchId"] for r in capture.requests) == 1
    assert numbers(capture) == [0]


def visit_interval(page, capture):
    """Two batches, the first of which is refused."""
    page.evaluate("() => { for (let i = 0; i < 3; i++) Sentiero.addCustomEvent('first', {i}); Sentiero.stop(); Sentiero.start(); }")
    capture.wait_for(lambda server: server.requests, "a batch")
    page.wait_for_timeout(150)
    add(page, 1)
    page.evaluate("Sentiero.stop()")
    capture.wait_for(lambda server: numbers(server) == [0], "the next batch")


ON_THRESHOLD = {"flushIntervalMs": 600_000, "flushEventThreshold": 5}


def test_01_95_the_back_off_is_exact(capture, context, visit):
    """01-95"""
    capture.default_reply = 500
    context.add_init_script(COUNT_ANSWERS)
    page = visit(ON_THRESHOLD, clock=1_700_000_000)
    add(page, 5, "first")
    answered(page, capture, 1)
    for count, expected in enumerate((1, 2, 4, 8, 16, 30, 30, 30, 30), start=1):
        later(page, expected - 0.1)
        settle(page)
        assert len(capture.requests) == count, f"sent before {expected} s had passed"
        later(page, 0.2)
        answered(page, capture, count + 1)
    assert len({r.json["batchId"] for r in capture.requests}) == 1
    # The eleventh attempt drops everything and starts over with a picture of the page.
    capture.default_reply = 200
    add(page, 3, "dropped")
    later(page, 31)
    settle(page)
    assert len(capture.requests) == 10
    add(page, 6)
    settle(page)
    hide(page)
    capture.wait_for(lambda server: numbers(server) == list(range(6)), "what came after")
    assert capture.custom("dropped") == [] and capture.custom("first") == []
    assert any(e["type"] == 2 for e in capture.events())


def test_a_server_that_asks_for_patience_gets_it(capture, context, visit):
    capture.replies = [(503, {"Retry-After": "20"}, "{}")]
    context.add_init_script(COUNT_ANSWERS)
    page = visit(ON_THRESHOLD, clock=1_700_000_000)
    add(page, 5)
    answered(page, capture, 1)
    later(page, 19)
    settle(page)
    assert len(capture.requests) == 1
    later(page, 2)
    answered(page, capture, 2)
    assert [r.status for r in capture.requests] == [503, 200]


@pytest.mark.parametrize("header, milliseconds", [
    ("20", 20_000), (" 0 ", 0), ("-5", 0), ("soon", 0), (None, 0), ("99999999", 600_000), ("Tue, 14 Nov 2023 22:13:50 GMT", 30_000),
])
def test_what_retry_after_means(module, header, milliseconds):
    assert module("backoff.js", "(m, header) => m.retryAfter(header, 1700000000000)", header) == milliseconds


def test_01_95_delays(module):
    """01-95"""
    assert module("backoff.js", "(m) => [1,2,3,4,5,6,7,8,9,10].map(m.delayAfter)") == [1000, 2000, 4000, 8000, 16000] + [30000] * 5


def test_a_server_that_never_answers_is_given_up_after_30_seconds(capture, context, visit):
    capture.replies = ["hang"]
    page = visit(ON_THRESHOLD, clock=1_700_000_000)
    add(page, 5)
    capture.wait_for(lambda server: server.requests, "the batch")
    later(page, 29)
    settle(page)
    assert len(capture.requests) == 1
    later(page, 2)
    settle(page)
    later(page, 2)
    capture.wait_for(lambda server: len(server.requests) >= 2, "another attempt")
    assert capture.requests[0].text == capture.requests[1].text


def test_01_95_a_batch_refused_as_too_large_is_halved_until_it_fits(capture, visit):
    """01-95"""
    def strict(body):
        return 413 if inflate(body).count(b'"tag":"n"') > 3 else 200

    capture.default_reply = strict
    page = visit(QUIET)
    page.evaluate("Sentiero.setMetadata({plan: 'pro'})")
    add(page, 20)
    page.evaluate("Sentiero.stop()")
    capture.wait_for(lambda server: len(numbers(server)) == 20, "all events")
    assert numbers(capture) == list(range(20))
    batches = capture.batches()
    assert [batch.get("metadata") for batch in batches] == [{"plan": "pro"}] + [None] * (len(batches) - 1)
    assert sorted(batch["sequence"] for batch in batches) == list(range(len(batches)))
    assert len({batch["batchId"] for batch in batches}) == len(batches) > 5


def test_a_limit_on_events_per_request_splits_as_well(capture, visit):
    def strict(body):
        return (400, {}, '{"error":"too many events (max 8)"}') if inflate(body).count(b'"type":') > 40 else 200

    capture.default_reply = strict
    page = visit(QUIET)
    add(page, 90)
    page.evaluate("Sentiero.stop()")
    capture.wait_for(lambda server: len(numbers(server)) == 90, "all events")


@pytest.mark.parametrize("limits", [{"maxInflatedBytes": 20_000}, {"maxBodyBytes": 9_000}])
def test_a_batch_over_the_caps_is_split_before_it_is_sent(capture, visit, limits):
    page = visit({**QUIET, **limits})
    page.evaluate("(noise) => { for (let i = 0; i < 20; i++) Sentiero.addCustomEvent('n', {i, s: (0, eval)(noise)(1000)}); Sentiero.stop(); }", NOISE)
    capture.wait_for(lambda server: len(numbers(server)) == 20, "all events")
    for request in capture.requests:
        assert len(request.body) <= limits.get("maxBodyBytes", 1 << 20)
        assert len(request.text.encode()) <= limits.get("maxInflatedBytes", 1 << 24)
    assert numbers(capture) == list(range(20))


def test_a_single_event_over_the_caps_is_sent_alone(capture, visit):
    page = visit({**QUIET, "maxBodyBytes": 2000})
    page.evaluate("(noise) => { Sentiero.addCustomEvent('n', {i: 0}); Sentiero.addCustomEvent('n', {i: 1, s: (0, eval)(noise)(5000)}); Sentiero.stop(); }", NOISE)
    capture.wait_for(lambda server: numbers(server) == [0, 1], "both")
    assert any(len(r.body) > 2000 and len(r.json["events"]) == 1 for r in capture.requests)


def test_events_recorded_while_a_batch_fails_wait_their_turn(capture, visit):
    capture.replies = [500, 500]
    page = visit({"flushIntervalMs": 50})
    for tag in range(5):
        add(page, 3, f"t{tag}")
        page.wait_for_timeout(60)
    capture.wait_for(lambda server: len(server.custom("t4")) == 3, "the last events")
    assert [data["tag"] for data in capture.custom()] == [f"t{n}" for n in range(5) for _ in range(3)]
    assert [batch["sequence"] for batch in capture.batches()] == list(range(len(capture.batches())))


def test_01_96_the_5001st_event_costs_the_oldest(module):
    """01-96"""
    result = module("buffer.js", """({Buffer, MAX_BUFFERED_EVENTS}) => {
        const buffer = new Buffer(); let dropped = 0;
        for (let i = 0; i <= 5000; i++) dropped += buffer.push(String(i));
        return [MAX_BUFFERED_EVENTS, buffer.count, dropped, buffer.take()[0]];
    }""")
    assert result == [5000, 5000, 1, "1"]


def test_the_cap_counts_batches_that_wait_and_spares_the_one_under_way(module):
    result = module("buffer.js", """({Buffer}) => {
        const buffer = new Buffer(4);
        const under = {events: ['a', 'b'], inFlight: true}, waiting = {events: ['c'], inFlight: false};
        buffer.append(under); buffer.append(waiting);
        for (const event of ['d', 'e', 'f']) buffer.push(event);
        return [under.events, buffer.sealed.length, buffer.open];
    }""")
    assert result == [["a", "b"], 1, ["e", "f"]]


def test_01_93_metadata_travels_once_and_again_after_a_failure(capture, visit):
    """01-93"""
    capture.replies = [500]
    page = visit({"flushIntervalMs": 100})
    page.evaluate("Sentiero.setMetadata({plan: 'pro', user: 'alice@example.com'}); Sentiero.addCustomEvent('one')")
    capture.wait_for(lambda server: server.custom("one"), "the first")
    page.evaluate("Sentiero.setMetadata({plan: 'team'}); Sentiero.addCustomEvent('two')")
    capture.wait_for(lambda server: server.custom("two"), "the second")
    add(page, 1)
    capture.wait_for(lambda server: numbers(server), "the third")
    carried = [batch["metadata"] for batch in capture.batches() if "metadata" in batch]
    assert carried == [{"plan": "pro", "user": "[redacted]"}, {"plan": "team"}]


def test_metadata_of_a_buffer_that_was_given_up_is_sent_later(module):
    result = module("metadata.js", """async ({Metadata}) => {
        const {Redactor} = await import('/modules/redaction/redactor.js');
        const metadata = new Metadata({capture: false, redactor: new Redactor()});
        metadata.set({a: 1, b: 1});
        const taken = metadata.take();
        metadata.set({b: 2});
        metadata.restore(taken);
        return [taken, metadata.take(), metadata.take()];
    }""")
    assert result == [{"a": 1, "b": 1}, {"b": 2, "a": 1}, None]


def test_01_94_captured_metadata_carries_no_queries(capture, context, visit):
    """01-94"""
    page = visit({"captureMetadata": True, "redaction": {"urlMode": "keepAll"}}, path="/entry")
    page.goto(capture.origin + "/entry?q=first#f")
    capture.wait_for(lambda server: any("?q=first" in (b.get("metadata") or {}).get("url", "") for b in server.batches()), "metadata")
    first = capture.batches()[0]["metadata"]
    assert first["entry_url"] == capture.origin + "/entry" and first["entry_referrer"] == ""
    assert first["referrer"] == "" and first["viewport"] == "1280x720" and "Chrome" in first["userAgent"]
    capture.requests.clear()
    page = visit({"captureMetadata": True}, path="/other", page=page)
    capture.wait_for(lambda server: any(b["metadata"]["url"].endswith("/other") for b in server.batches() if "metadata" in b), "metadata")
    second = [b["metadata"] for b in capture.batches() if "metadata" in b][-1]
    assert (second["entry_url"], second["entry_referrer"]) == (first["entry_url"], "")


@pytest.mark.parametrize("kind", ["empty", "one", "text", "binary", "runs", "unicode"])
def test_gzip_of_our_own_reads_back(module, kind):
    random.seed(7)
    data = {
        "empty": b"", "one": b"x", "runs": b"ab" * 40_000 + b"c" * 70_000,
        "text": b'{"type":3,"data":{"source":2,"id":17}},' * 3000, "binary": random.randbytes(100_000),
        "unicode": ("Grüße, 世界 🎉 " * 5000).encode(),
    }[kind]
    result = module("gzip.js", "(m, bytes) => Array.from(m.gzipSync(new Uint8Array(bytes)))", list(data))
    assert gzip.decompress(bytes(result)) == data
    assert len(result) <= len(data) * 1.13 + 32
    if kind in ("text", "runs", "unicode"):
        assert len(result) < len(data) / 20


def test_gzip_without_the_browsers_help(capture, context, visit):
    context.add_init_script("delete window.CompressionStream")
    visit()
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    assert capture.requests[0].body[:2] == b"\x1f\x8b"


def test_after_an_overflow_the_next_delivery_is_followed_by_a_snapshot(capture, visit):
    capture.replies = [500]
    page = visit({"flushIntervalMs": 100})
    add(page, 5100)
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()[5000:]), "a snapshot at the end")
    assert numbers(capture)[-1] == 5099


def test_a_deep_document_is_recorded(capture, visit):
    visit(body="""<script>let at = document.body;
        for (let i = 0; i < 300; i++) at = at.appendChild(document.createElement('div')); at.append('the bottom');</script>""")
    capture.wait_for(lambda server: any("the bottom" in r.text for r in server.requests), "the bottom")
