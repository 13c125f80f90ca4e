"""What docs/reporting.md says is done, against the whole product: its curl commands, and its Python example. No browser."""

import contextlib
import gzip
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import redis

from dashboard_fixtures import installation, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECIPES = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", (ROOT / "docs/reporting.md").read_text(), re.DOTALL)
EXAMPLE = ROOT / "docs/examples/report_error.py"
sys.path.insert(0, str(EXAMPLE.parent))
SESSION, KEY = "4f1c2c8e-6f1a-4a58-9b0e-0a6f3d1f7f11", "a-long-secret"


@pytest.fixture(scope="module")
def shop():
    yield from installation(SENTIERO_INGEST_KEYS=f"{KEY}:shop")


def store(shop):
    return redis.Redis(port=shop.redis_port, decode_responses=True, encoding="latin-1")


def problems(shop):
    """Every problem's class, title and count, by fingerprint."""
    names = store(shop).keys("sentiero:{0}:shop:problem:*")
    return {name.rsplit(":", 1)[1]: store(shop).hgetall(name) for name in names}


def events(shop):
    return [fields["name"] for _, fields in store(shop).xrange("sentiero:{0}:shop:track")]


def run(command, shop):
    environment = {"PATH": os.environ["PATH"], "URL": shop.url, "KEY": KEY}
    done = subprocess.run(["bash", "-ec", command], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (command, done.stderr)
    return json.loads(done.stdout)


def test_01_42_01_43_the_recipes_do_as_written(shop):
    """01-42, 01-43, 01-54"""
    assert [json.loads(expected).keys() for _, expected in RECIPES] == [{"status", "fingerprint"}, {"status"}]
    error, event = [command for command, _ in RECIPES]
    fingerprint = run(error, shop)["fingerprint"]
    assert re.fullmatch("[0-9a-f]{40}", fingerprint)
    until(lambda: fingerprint in problems(shop), "the problem")
    problem = problems(shop)[fingerprint]
    assert (problem["origin"], problem["title"], problem["count"]) == ("server", "KeyError: no basket for this visitor", "1")

    # The same report again is no second occurrence; from another line, with another message and id, it is.
    assert run(error, shop)["fingerprint"] == fingerprint
    changed = error.replace("basket.rb:14", "basket.rb:99").replace("no basket", "still no basket").replace("r-1", "r-2")
    assert run(changed, shop)["fingerprint"] == fingerprint
    until(lambda: problems(shop)[fingerprint]["count"] == "2", "the second occurrence")
    problem = problems(shop)[fingerprint]
    assert (problem["title"], problem["message"]) == ("KeyError: no basket for this visitor", "still no basket for this visitor")

    assert run(event, shop) == {"status": "ok"}
    until(lambda: events(shop) == ["order_placed"], "the event")
    assert "203.0.113.42" not in json.dumps([problems(shop), [store(shop).xrange(name) for name in store(shop).keys("*:occurrences:*")]])


def test_packed_reports_are_taken_as_the_swift_reporter_sends_them(shop):
    body = gzip.compress(json.dumps({"name": "packed", "payload": {"text": "word " * 1000}, "batchId": "packed-1"}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Authorization": f"Bearer {KEY}"}
    with urllib.request.urlopen(urllib.request.Request(f"{shop.url}/track", body, headers), timeout=30) as answer:
        assert json.load(answer) == {"status": "ok"}
    until(lambda: "packed" in events(shop), "the event")


def test_the_python_example_reports_and_survives(shop):
    before = set(problems(shop))
    for _ in range(2):
        done = subprocess.run([sys.executable, EXAMPLE, shop.url + "/", KEY, SESSION, "w-1"], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
    until(lambda: set(problems(shop)) - before, "the problem")
    fingerprint, = set(problems(shop)) - before
    until(lambda: problems(shop)[fingerprint]["count"] == "2", "both occurrences in one problem")
    assert problems(shop)[fingerprint]["title"] == "KeyError: 'basket'"
    assert problems(shop)[fingerprint]["platform"] == "python"
    until(lambda: events(shop).count("basket_missing") == 2, "the events")


def test_the_python_example_is_short():
    assert len(EXAMPLE.read_text().splitlines()) <= 60


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def test_the_python_example_never_harms_its_host():
    """Nobody answers, nothing can be serialized, the queue is full: no exception, no waiting."""
    from report_error import Reporter

    reporter = Reporter("http://127.0.0.1:9", "key", size=2)
    loop = []
    loop.append(loop)
    started = time.monotonic()
    for _ in range(50):
        reporter.error(ValueError("boom"), context=loop)
        reporter.error(Mute())
        reporter.error(ValueError(""), what=object())
        reporter.event("e", n=1)
    assert time.monotonic() - started < 30
    assert reporter.dropped >= 100
    if os.fork() == 0:
        reporter.event("of a child, with a queue and a thread of its own")
        os._exit(0 if reporter.queue.unfinished_tasks == 1 else 1)
    assert os.wait()[1] == 0


@contextlib.contextmanager
def receiver(*statuses, location=None):
    """A server that answers so, and then with 200; and what it got."""
    script, got = list(statuses), []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Authorization"], body.decode()))
            self.send_response(script.pop(0) if script else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        server.server_close()


def drained(reporter):
    until(lambda: reporter.queue.unfinished_tasks == 0, "the reports", timeout=60)
    return reporter


def test_the_python_example_takes_the_key_nowhere_else():
    from report_error import Reporter

    with receiver() as (elsewhere, strangers):
        for status in (301, 302, 303, 307, 308):
            with receiver(status, location=elsewhere + "/errors") as (url, got):
                reporter = Reporter(url, "key")
                reporter.error(ValueError("boom"))
                assert drained(reporter).dropped == 1, "it did not arrive"
                assert len(got) == 1
        assert strangers == []


def test_the_python_example_sends_again_what_may_still_arrive():
    from report_error import Reporter

    for status in (500, 502, 504, 503, 429, 408):
        with receiver(status) as (url, got):
            reporter = Reporter(url, "key")
            reporter.event("again")
            assert drained(reporter).dropped == 0
            assert len(got) == 2 and got[0][2] == got[1][2], "the same batchId"
    for status in (400, 401, 413):
        with receiver(status) as (url, got):
            reporter = Reporter(url, "key")
            reporter.event("refused")
            assert drained(reporter).dropped == 1
            assert len(got) == 1


def test_the_python_example_leaves_out_what_would_lose_the_report():
    """Forged cookies, numbers that JSON has not, and secrets."""
    from report_error import Reporter

    with receiver() as (url, got):
        reporter = Reporter(url, "key", release="1.0")
        for forged in ("bad id!", "a\n", "", "a" * 129, "é", 7, None):
            reporter.error(ValueError("boom"), forged, forged)
            reporter.event("e", session_id=forged)
        reporter.error(ValueError("boom"), "s_1", "w-1", error="mine", nan=float("nan"), deep=[{"userPassword": "hunter2", "inf": float("inf")}])
        reporter.event("e", name="n", token="t-1", max_tokens=5, when={1, 2})
        assert drained(reporter).dropped == 0
    bodies = [json.loads(body, parse_constant=lambda name: pytest.fail(name)) for _, _, body in got]
    assert len(bodies) == 16
    assert not [body for body in bodies[:14] if "session_id" in body or "window_id" in body]
    assert (bodies[14]["session_id"], bodies[14]["window_id"]) == ("s_1", "w-1")
    assert bodies[14]["context"] == {
        "error": "mine", "nan": "nan", "deep": [{"userPassword": "[FILTERED]", "inf": "inf"}], "environment": None, "release": "1.0"}
    assert bodies[15]["payload"] == {"name": "n", "token": "[FILTERED]", "max_tokens": 5, "when": "{1, 2}"}


def test_the_python_example_works_where_processes_do_not_fork(monkeypatch):
    from report_error import Reporter

    monkeypatch.delattr(os, "register_at_fork")
    with receiver() as (url, got):
        reporter = Reporter(url, "key")
        reporter.event("e")
        assert drained(reporter).dropped == 0
        assert len(got) == 1
