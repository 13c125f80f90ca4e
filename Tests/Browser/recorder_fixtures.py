"""A capture server and a Chromium for the recorder's tests: they need no Sentiero server."""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "frontend/dist"
MODULES = ROOT / "frontend/recorder"
FIXTURES = ROOT / "Tests/IngestTests/Fixtures"
TYPES = {".js": "text/javascript", ".json": "application/json", ".html": "text/html; charset=utf-8", ".css": "text/css"}
DEFAULT_CONFIG = {"eventsUrl": "/events", "flushIntervalMs": 200}


def inflate(body):
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


class Request:
    """One POST as it arrived."""

    def __init__(self, path, headers, body, status):
        self.path, self.headers, self.body, self.status = path, headers, body, status
        self.text = inflate(body).decode()
        self.json = json.loads(self.text)
        self.at = time.monotonic()

    @property
    def is_beacon(self):
        return self.headers.get("Content-Type", "").startswith("text/plain")


class CaptureServer:
    """Serves pages and the recorder, and keeps what is posted. `replies` are used up one per POST, then 200."""

    used_ports = set()

    def __init__(self):
        self.pages = {}
        self.requests = []
        self.replies = []
        self.default_reply = 200
        self.changed = threading.Condition()
        self.released = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.get(self)

            def do_OPTIONS(self):
                server.answer(self, 204, b"", "text/plain", {
                    "Access-Control-Allow-Methods": "POST",
                    "Access-Control-Allow-Headers": "Content-Type, Content-Encoding",
                })

            def do_POST(self):
                server.post(self)

            def log_message(self, *arguments):
                pass

        self.http = self.listen(Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_port
        self.origin = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    @classmethod
    def listen(cls, handler):
        """On a port that no test had before: contexts are shared, and a used origin has used storage."""
        refused = []
        while (http := ThreadingHTTPServer(("127.0.0.1", 0), handler)).server_port in cls.used_ports:
            refused.append(http)
        for other in refused:
            other.server_close()
        cls.used_ports.add(http.server_port)
        return http

    def close(self):
        self.released.set()
        self.http.shutdown()
        self.http.server_close()

    def answer(self, handler, status, body, kind, headers=None):
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(body)))
            if handler.headers.get("Origin"):
                handler.send_header("Access-Control-Allow-Origin", handler.headers["Origin"])
            for name, value in (headers or {}).items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def get(self, handler):
        path = handler.path.split("?")[0]
        if path in self.pages:
            return self.answer(handler, 200, self.pages[path].encode(), TYPES[".html"])
        if path.endswith("/recorder.js") or path.startswith("/assets/recorder-"):
            return self.answer(handler, 200, recorder_bundle().read_bytes(), TYPES[".js"])
        for prefix, folder in (("/modules/", MODULES), ("/fixtures/", FIXTURES)):
            if path.startswith(prefix):
                file = folder / path[len(prefix):]
                if file.is_file():
                    return self.answer(handler, 200, file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
        if path == "/favicon.ico":
            # Asked for at a time of the browser's choice; a 404 would stand in the console.
            return self.answer(handler, 204, b"", "image/x-icon")
        self.answer(handler, 404, b"", "text/plain")

    def post(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        with self.changed:
            reply = self.replies.pop(0) if self.replies else self.default_reply
            if callable(reply):
                reply = reply(body)
            status, headers, text = reply if isinstance(reply, tuple) else (reply, {}, '{"status":"ok"}')
            self.requests.append(Request(handler.path, dict(handler.headers.items()), body, status))
            self.changed.notify_all()
        if status == "hang":
            self.released.wait(20)
            status = 200
        self.answer(handler, status, text.encode(), "application/json", headers)

    def wait_for(self, condition, what="requests", timeout=10):
        """Until `condition(self)` holds; returns what it returned."""
        limit = time.monotonic() + timeout
        with self.changed:
            while not (result := condition(self)):
                if not self.changed.wait(max(0, limit - time.monotonic())) and time.monotonic() >= limit:
                    raise AssertionError(f"waited in vain for {what}; {len(self.requests)} requests so far")
            return result

    def batches(self):
        """Distinct batches that were answered 200, in order of arrival: what a server would have stored."""
        batches = {}
        for request in self.requests:
            if request.status in (200, "hang"):
                batches.setdefault(request.json["batchId"], request.json)
        return list(batches.values())

    def events(self):
        return [event for batch in self.batches() for event in batch["events"]]

    def custom(self, tag=None):
        found = [event["data"] for event in self.events() if event["type"] == 5]
        return [data for data in found if tag is None or data["tag"] == tag]


def recorder_bundle():
    return DIST / json.loads((DIST / "manifest.json").read_text())["recorder"]


def page_html(config=None, body="<h1>A page</h1>", head="", script="/recorder.js"):
    """The two elements of spec 01 section 1.10 in the head; `config=False` leaves the configuration out."""
    element = ""
    if config is not False:
        text = json.dumps({**DEFAULT_CONFIG, **(config or {})}).replace("<", "\\u003c")
        element = f'<script type="application/json" id="sentiero-config">{text}</script>'
    return f'<!doctype html><html><head><title>Test</title>{head}{element}<script src="{script}"></script></head><body>{body}</body></html>'


@pytest.fixture(scope="session")
def built_frontend():
    subprocess.run([str(ROOT / "bin/frontend")], check=True, cwd=ROOT, capture_output=True)


@pytest.fixture(scope="session")
def browser():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield instance
        instance.close()


@pytest.fixture
def capture(built_frontend):
    server = CaptureServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def shared_context(browser):
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def context(browser):
    """One of its own, for tests that leave something behind in it: scripts, or a clock that was stopped."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tabs(request, capture):
    """The test's context if it asks for one; else the shared one, emptied. Each test has an origin of its own."""
    if "context" in request.fixturenames:
        yield request.getfixturevalue("context")
        return
    context = request.getfixturevalue("shared_context")
    context.clear_cookies()
    yield context
    for page in context.pages:
        page.close()


@pytest.fixture
def visit(capture, tabs):
    """visit(config, body=…, path=…, page=…): opens a page with the recorder in it; page errors fail the test."""
    problems = []

    def open_page(config=None, *, path="/", page=None, clock=None, ready=True, **parts):
        capture.pages[path] = page_html(config, **parts)
        page = page or tabs.new_page()
        page.on("pageerror", lambda error: problems.append(error))
        if clock is not None:
            page.clock.install(time=clock)
        page.goto(capture.origin + path)
        if clock is not None:
            page.clock.pause_at(clock + 10)
        if ready:
            page.wait_for_function("window.Sentiero && Sentiero.state() !== 'waiting'")
        return page

    yield open_page
    assert not problems, f"the page saw exceptions: {problems}"


@pytest.fixture
def module(capture, tabs):
    """module("buffer.js", "(m) => …", argument): evaluates with one of the recorder's modules in Chromium."""
    capture.pages["/blank"] = "<!doctype html><title>Blank</title>"
    page = tabs.new_page()
    page.goto(capture.origin + "/blank")

    def evaluate(path, function, argument=None):
        return page.evaluate(
            "async ([path, source, argument]) => (0, eval)(source)(await import(path), argument)",
            [f"/modules/{path}", function, argument],
        )

    evaluate.page = page
    return evaluate


def hide(page):
    """What a browser does when a tab goes to the background."""
    page.evaluate("""() => {
        Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => 'hidden'});
        document.dispatchEvent(new Event('visibilitychange'));
        delete document.visibilityState;
    }""")


def leave(page):
    """What a browser does when a page is left."""
    hide(page)
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
