"""The recorder records and sends, at all."""


def test_records_a_page_and_sends_it_compressed(capture, visit):
    page = visit(body="<h1>Hello</h1><button>Press</button>")
    page.click("button")
    capture.wait_for(lambda server: any(e["type"] == 3 for e in server.events()), "an interaction")
    request = capture.requests[0]
    assert request.headers["Content-Encoding"] == "gzip"
    assert request.headers["Content-Type"] == "application/json"
    assert request.body[:2] == b"\x1f\x8b"
    assert [event["type"] for event in capture.events()][:2] == [4, 2]
    assert set(request.json) == {"sessionId", "windowId", "batchId", "sequence", "recorder", "events"}
    assert len(request.json["batchId"]) == 12
    assert [r.json["sequence"] for r in capture.requests] == list(range(len(capture.requests)))
    assert len(request.json["recorder"]) <= 64 and "/rrweb-1.1.3-" in request.json["recorder"]
    assert page.evaluate("Sentiero.state()") == "recording"
    assert page.evaluate("Sentiero.sessionId()") == request.json["sessionId"]
