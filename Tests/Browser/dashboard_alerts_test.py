"""Alerts, from the first channel to a delivery one can read, in a real browser."""

import hashlib
import hmac
import http.server
import json
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard_fixtures import installation, until

SECRET = "a secret of the browser test"


@pytest.fixture(scope="module")
def watch(built_frontend):
    yield from installation(SENTIERO_ALERT_ALLOW_PRIVATE="true")


@pytest.fixture
def receiver():
    """A receiver that refuses the first call."""
    calls = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            calls.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response_only(503 if len(calls) == 1 else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.calls = calls
    yield server
    server.shutdown()


def serious(page):
    return [item["id"] for item in Axe().run(page).response["violations"] if item["impact"] in ("serious", "critical")]


def test_a_channel_is_made_tested_and_told(watch, receiver, viewer):
    page = viewer()
    page.goto(watch.url + "/")
    page.click("nav a:has-text('Alerts')")
    page.click("summary:has-text('Add a webhook')")
    page.fill("#webhook-name", "Chat")
    page.fill("#webhook-url", "ftp://nowhere")
    page.keyboard.press("Enter")
    assert page.inner_text("#webhook-url-fault") == "It must begin with https:// or http://."
    assert page.input_value("#webhook-name") == "Chat"
    page.fill("#webhook-url", f"http://127.0.0.1:{receiver.server_port}/in")
    page.fill("#webhook-secret", SECRET)
    page.keyboard.press("Enter")
    assert "“Chat” is saved" in page.inner_text(".notice")

    # The worker tries once; what came back is on the page, and another test is another delivery.
    page.click("[aria-label='Test Chat']")
    until(lambda: receiver.calls, "the worker's call")
    until(lambda: page.reload() and "HTTP 503" in page.inner_text(".log"), "the answer")
    assert "failed" in page.inner_text(".log") and "retrying" not in page.inner_text(".log")
    first = receiver.calls[0]
    page.click("[aria-label='Test Chat']")
    until(lambda: len(receiver.calls) == 2, "the second test")
    assert len({headers["Sentiero-Delivery"] for headers, _ in receiver.calls}) == 2
    time, signature = (part.split("=")[1] for part in first[0]["Sentiero-Signature"].split(","))
    assert signature == hmac.new(SECRET.encode(), time.encode() + b"." + first[1], hashlib.sha256).hexdigest()
    assert json.loads(first[1])["type"] == "test"
    until(lambda: page.reload() and "delivered" in page.inner_text(".log"), "the page to say so")

    page.click("summary:has-text('Add a rule')")
    page.fill("#rule-name", "Spikes in production")
    page.select_option("select[name=when]", "spike")
    page.fill("#rule-environment", "production")
    page.click("text=Save rule")
    assert "An issue happens too often: 50 times in 5 minutes, in production → Chat" in page.inner_text("main")
    assert SECRET not in page.content()

    for scheme in ["light", "dark"]:
        small = viewer(scheme=scheme, width=360, height=740)
        small.goto(watch.url + "/settings/alerts")
        small.evaluate("document.querySelectorAll('details').forEach((part) => part.open = true)")
        assert serious(small) == []
        assert small.evaluate("document.documentElement.scrollWidth") <= 360

    page.click("[aria-label='Delete Chat']")
    page.click("[data-dialog-cancel]")
    assert page.locator("[aria-label='Test Chat']").count() == 1
    page.click("[aria-label='Delete Chat']")
    page.click("[data-dialog-confirm]")
    page.wait_for_selector("text=No channel yet")
    assert "It has no channel, so nobody is told." in page.inner_text("main")
