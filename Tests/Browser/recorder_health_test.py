"""What is missing is said in the recording (`__recorder`, spec 06 section 1), and pressure makes the recorder step back."""

import pytest


def reports(server, reason):
    return [data["payload"] for data in server.custom("__recorder") if data["payload"]["reason"] == reason]


def test_a_refused_batch_is_reported_by_the_next(capture, visit):
    capture.replies = [400]
    page = visit({"flushIntervalMs": 50}, body="<button>b</button>")
    capture.wait_for(lambda server: server.requests, "a refusal")
    lost = len(capture.requests[0].json["events"])
    page.evaluate("setTimeout(() => Sentiero.addCustomEvent('next'), 100)")
    capture.wait_for(lambda server: reports(server, "refused_400"), "the report")
    (report,) = reports(capture, "refused_400")
    assert set(report) == {"reason", "dropped", "since"}
    assert report["dropped"] == lost
    assert abs(report["since"] - page.evaluate("Date.now()")) < 60_000


def test_nothing_is_sent_only_to_report(capture, visit):
    capture.default_reply = 400
    page = visit({"flushIntervalMs": 50})
    capture.wait_for(lambda server: server.requests, "a refusal")
    page.wait_for_timeout(400)
    assert len(capture.requests) == 1


def test_a_full_buffer_is_reported_when_there_is_room_again(capture, visit):
    capture.replies = ["hang"]
    page = visit({"flushIntervalMs": 100, "flushEventThreshold": 10_000})
    capture.wait_for(lambda server: server.requests)
    page.evaluate("for (let i = 0; i < 5100; i++) Sentiero.addCustomEvent('n', {i})")
    capture.released.set()
    capture.wait_for(lambda server: reports(server, "buffer_full"), "the report")
    (report,) = reports(capture, "buffer_full")
    assert 90 <= report["dropped"] <= 110


def test_what_cannot_be_masked_is_reported(capture, visit):
    page = visit({"flushIntervalMs": 50}, body="<p id=p>text</p>")
    capture.wait_for(lambda server: server.requests)
    page.evaluate("""() => {
        document.getElementById('p').getAttribute = () => { throw new Error('broken'); };
        document.getElementById('p').firstChild.data = 'secret';
        Sentiero.addCustomEvent('next');
    }""")
    capture.wait_for(lambda server: server.custom("next") and reports(server, "unmaskable"), "the report")
    assert reports(capture, "unmaskable")[0]["dropped"] >= 1
    assert "secret" not in "".join(request.text for request in capture.requests)


@pytest.mark.parametrize("work, rests, raised", [
    ([(10, 0), (10, 200), (9, 400)], [0, 0, 0], False),
    ([(20, 0), (20, 500)], [0, 0], True),
    ([(20, 0), (20, 500), (1, 1100)], [0, 0, 0], True),
    ([(20, 0), (20, 500), (1, 1100), (1, 2100)], [0, 0, 0, 0], False),
    ([(20, 0), (20, 1100), (20, 2200)], [0, 0, 0], False),
    ([(60, 0), (60, 500)], [0, 2000], True),
    ([(200, 0), (200, 3000), (200, 8000), (200, 17_000), (200, 34_000), (200, 70_000)], [2000, 4000, 8000, 16_000, 30_000, 30_000], True),
    ([(200, 0), (200, 3000), (200, 70_000)], [2000, 4000, 2000], True),
])
def test_how_long_to_rest_by_the_work_of_a_second(module, work, rests, raised):
    result = module("pressure.js", """(m, work) => {
        const pressure = new m.Pressure();
        return [work.map(([ms, at]) => pressure.add(ms, 1_700_000_000_000 + at)), pressure.isRaised];
    }""", work)
    assert result == [rests, raised]


SLOW = "(ms) => { let now = 0; window.realNow ??= performance.now; performance.now = () => (now += ms); }"
NORMAL = "() => { performance.now = window.realNow; }"


def test_under_pressure_the_page_is_left_alone_and_then_recorded_anew(capture, visit):
    page = visit({"flushIntervalMs": 50}, body="<p id=p>text</p>")
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    page.evaluate(SLOW, 200)
    page.evaluate("document.getElementById('p').textContent = 'slow'")
    capture.wait_for(lambda server: reports(server, "pressure"), "the marker")
    page.evaluate(NORMAL)
    assert page.evaluate("Sentiero.state()") == "recording"
    page.evaluate("document.getElementById('p').textContent = 'between'; Sentiero.addCustomEvent('meanwhile')")
    capture.wait_for(lambda server: server.custom("meanwhile"), "what is not the page")
    assert not any(event["type"] == 3 and "between" in str(event) for event in capture.events())
    capture.wait_for(lambda server: sum(e["type"] == 2 for e in server.events()) == 2, "another snapshot")
    assert "between" in str([event for event in capture.events() if event["type"] == 2][1])
    page.evaluate("document.getElementById('p').textContent = 'after'")
    capture.wait_for(lambda server: "after" in str(server.events()), "a change")


def test_stopping_while_the_page_is_left_alone_ends_it(capture, visit):
    page = visit({"flushIntervalMs": 50}, body="<p id=p>text</p>")
    page.evaluate(SLOW, 200)
    page.evaluate("document.getElementById('p').textContent = 'slow'")
    capture.wait_for(lambda server: reports(server, "pressure"), "the marker")
    page.evaluate(NORMAL)
    page.evaluate("Sentiero.stop()")
    page.wait_for_timeout(2600)
    assert sum(event["type"] == 2 for event in capture.events()) == 1


def test_under_some_pressure_the_mouse_is_recorded_less(capture, visit):
    page = visit({"flushIntervalMs": 50}, body="<p id=p>text</p>")
    # rrweb looks at the mouse every 50 ms and tells every 500: two or three events a second.
    page.evaluate(SLOW, 20)
    for x in range(200):
        page.mouse.move(10 + x, 20)
        page.wait_for_timeout(55)
        if reports(capture, "mouse_moves"):
            break
    assert reports(capture, "mouse_moves")[0]["dropped"] >= 1
    assert reports(capture, "pressure") == []
