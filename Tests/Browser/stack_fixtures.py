"""The whole product for browser tests: a private Redis, a web node and a worker, and a small site that is recorded."""

import os
import pathlib
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Chaos"))
from processes import Fleet, free_port  # noqa: E402

LOGIN = {"username": "admin", "password": "secret-for-tests"}
TODO_PAGE = """<!doctype html><html lang="en"><title>To-do</title><body>
<script type="application/json" id="sentiero-config">{"eventsUrl":"%(events)s","flushIntervalMs":60000,"respectGpc":true,"optOutCookieName":"sentiero_optout"}</script>
<script src="%(recorder)s"></script>
<h1>To-do</h1><form id="f"><input id="task" placeholder="Task"><input id="pin" type="password"><button>Add</button></form><ul id="list"></ul>
<script>document.getElementById("f").addEventListener("submit", e => { e.preventDefault();
  const li = document.createElement("li"); li.textContent = "added"; document.getElementById("list").append(li); });</script>
</body></html>"""


class Site:
    """The recorded site, on an origin of its own."""

    def __init__(self, port, web_port):
        page = (TODO_PAGE % {"events": f"http://127.0.0.1:{web_port}/events", "recorder": f"http://127.0.0.1:{web_port}/recorder.js"}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *arguments):
                pass

        self.url = f"http://127.0.0.1:{port}/"
        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()


class Stack:
    """One web node, one worker, and what a test asks of them."""

    def __init__(self, fleet, site):
        self.fleet, self.site = fleet, site
        self.dashboard = f"http://127.0.0.1:{fleet.web_ports[0]}"
        self.redis = redis.Redis(port=fleet.redis_port, decode_responses=True, encoding="latin-1")

    def sessions(self):
        return self.redis.zrange("sentiero:{0}:default:sessions", 0, -1)

    def wait_for(self, condition, what, seconds=10):
        deadline = time.time() + seconds
        while time.time() < deadline:
            result = condition()
            if result:
                return result
            time.sleep(0.05)
        raise AssertionError(f"no {what} within {seconds} s")


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    binary = os.environ.get("SENTIERO_BINARY", ROOT / ".build/debug/sentiero")
    site_port = free_port()
    settings = {"SENTIERO_CORS_ORIGINS": f"http://127.0.0.1:{site_port}", "SENTIERO_USER_OPT_OUT": "true"}
    with Fleet(binary, tmp_path_factory.mktemp("stack"), count=1, settings=settings) as fleet:
        fleet.start_all()
        site = Site(site_port, fleet.web_ports[0])
        yield Stack(fleet, site)
        site.http.shutdown()
