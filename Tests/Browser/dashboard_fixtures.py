"""A private Redis, `sentiero web` and `sentiero worker` for the dashboard's tests, and recordings made up by the millisecond."""

import base64
import gzip
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("SENTIERO_BINARY", ROOT / ".build/debug/sentiero"))
LOGIN = {"username": "demo", "password": "se:cret"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, timeout=30):
    """What `condition` returns once that is true."""
    limit = time.monotonic() + timeout
    while True:
        if result := condition():
            return result
        assert time.monotonic() < limit, f"waited in vain for {what}"
        time.sleep(0.05)


class Installation:
    """Everything a dashboard needs, on ports of its own."""

    def __init__(self, folder, settings):
        self.folder = pathlib.Path(folder)
        self.redis_port, self.port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes = []
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("SENTIERO_")},
            "SENTIERO_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SENTIERO_HTTP_PORT": str(self.port),
            "SENTIERO_BASIC_AUTH": "{username}:{password}".format(**LOGIN),
            **settings,
        }

    def start(self):
        assert BINARY.exists(), f"{BINARY} is not built: swift build"
        self.run("redis", "redis-server", "--port", str(self.redis_port), "--dir", str(self.folder), "--save", "", "--appendonly", "no")
        until(lambda: self.listens(self.redis_port), "Redis")
        self.run("web", str(BINARY), "web", "--quiet")
        self.run("worker", str(BINARY), "worker", "--quiet")
        until(lambda: self.status("/readyz") == 200, "the web tier")

    def run(self, name, *command):
        log = open(self.folder / f"{name}.log", "wb")
        self.processes.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def stop(self):
        # Redis last: who works on it would wait for it to come back.
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def listens(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def status(self, path):
        try:
            return urllib.request.urlopen(self.url + path, timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"Accept": "application/json"})
        request.add_header("Authorization", "Basic " + base64.b64encode("{username}:{password}".format(**LOGIN).encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())

    def status_of(self, session):
        """302 when the dashboard knows the session."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        login = base64.b64encode("{username}:{password}".format(**LOGIN).encode()).decode()
        connection.request("GET", f"/sessions/{session}", headers={"Authorization": f"Basic {login}"})
        status = connection.getresponse().status
        connection.close()
        return status

    def send(self, session, window, events, **fields):
        """One batch, as a recorder posts it."""
        body = gzip.compress(json.dumps({"sessionId": session, "windowId": window, "events": events, **fields}).encode())
        request = urllib.request.Request(
            self.url + "/events", data=body, headers={"Content-Type": "application/json", "User-Agent": "Mozilla/5.0 Chrome/120.0 Safari/537.36"})
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert reply.status == 200

    def record(self, session, window, events, size=100, **fields):
        """Sends events in batches and waits until all are stored."""
        before = self.total(session, window)
        for start in range(0, len(events), size):
            self.send(session, window, events[start:start + size], **fields)
        until(lambda: self.total(session, window) == before + len(events), "the worker to store everything")

    def total(self, session, window):
        return self.get(f"/api/sessions/{session}/windows/{window}/chunks")["total"]


# --- Recordings ---------------------------------------------------------------------------------------------------------

TEXT_ID = 8


def snapshot(at, text="start", body=(), href="https://shop.example/cart"):
    """What rrweb emits for a page: its address and size, then its tree. The text with TEXT_ID is what changes."""
    tree = {
        "type": 0, "id": 1, "childNodes": [
            {"type": 1, "name": "html", "publicId": "", "systemId": "", "id": 2},
            {"type": 2, "tagName": "html", "attributes": {}, "id": 3, "childNodes": [
                {"type": 2, "tagName": "head", "attributes": {}, "id": 4, "childNodes": []},
                {"type": 2, "tagName": "body", "attributes": {}, "id": 5, "childNodes": [
                    {"type": 2, "tagName": "p", "attributes": {"id": "tick"}, "id": 7, "childNodes": [{"type": 3, "textContent": text, "id": TEXT_ID}]},
                    *body,
                ]},
            ]},
        ],
    }
    return [
        {"type": 4, "data": {"href": href, "width": 800, "height": 500}, "timestamp": at},
        {"type": 2, "data": {"node": tree, "initialOffset": {"left": 0, "top": 0}}, "timestamp": at},
    ]


def change(at, text):
    return {"type": 3, "data": {"source": 0, "texts": [{"id": TEXT_ID, "value": text}], "attributes": [], "removes": [], "adds": []}, "timestamp": at}


def click(at, x=10, y=10):
    return {"type": 3, "data": {"source": 2, "type": 2, "id": 7, "x": x, "y": y}, "timestamp": at}


def custom(at, tag, payload=None):
    return {"type": 5, "data": {"tag": tag, "payload": payload or {}}, "timestamp": at}


def clockwork(start, count, step, snapshot_every):
    """`count` events, one per `step` ms: each writes its own offset into the page, so that a frame tells its time."""
    events = []
    number = 0
    while len(events) < count:
        at = start + number * step
        if number % snapshot_every == 0:
            events += snapshot(at, f"at {number * step}", href=f"https://shop.example/page/{number // snapshot_every}")
        else:
            events.append(change(at, f"at {number * step}"))
        number += 1
    return events[:count]


# --- Fixtures -----------------------------------------------------------------------------------------------------------


def installation(**settings):
    folder = tempfile.mkdtemp(prefix="sentiero-dashboard-")
    running = Installation(folder, settings)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dashboard(built_frontend):
    """Shared by tests that only add sessions of their own."""
    yield from installation(SENTIERO_MAX_EVENTS_PER_PAGE="500", SENTIERO_INGEST_KEYS="s3cret:default")


@pytest.fixture
def empty_dashboard(built_frontend):
    """One where nothing was ever recorded."""
    yield from installation()


@pytest.fixture
def viewer(browser):
    """viewer(width=…, scheme=…, script=…): a new page, logged in. Exceptions in a page fail the test."""
    contexts, problems = [], []

    def open_page(width=1280, height=900, scheme="light", script=True, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script, http_credentials=LOGIN, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(error))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, f"a page saw exceptions: {problems}"


def wait_for_player(page):
    page.wait_for_selector("#replayer iframe", state="attached")
    page.wait_for_selector("[data-cover]", state="hidden")


def frame_text(page):
    """What the replayed page shows."""
    return page.evaluate("document.querySelector('#replayer iframe').contentDocument.getElementById('tick')?.textContent")
