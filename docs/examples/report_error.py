#!/usr/bin/env python3
"""Reports errors and events of a Python program to Sentiero. Standard library only; never raises into the program, never makes it wait."""

import atexit
import json
import os
import queue
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
import uuid


class Reporter:
    """One background thread and a bounded queue: what does not fit is dropped and counted."""

    def __init__(self, endpoint, key, environment=None, release=None, size=100):
        self.endpoint, self.key, self.size = endpoint.rstrip("/"), key, size
        self.facts = {"environment": environment, "release": release}
        self.dropped, self.process = 0, None
        atexit.register(self.flush, 2)

    def error(self, exception, session_id=None, window_id=None, **context):
        self._add("errors", lambda: {
            "exception_class": type(exception).__qualname__, "message": str(exception) or "(no message)", "platform": "python",
            "backtrace": [f'File "{f.filename}", line {f.lineno}, in {f.name}' for f in reversed(traceback.extract_tb(exception.__traceback__))],
            "context": {**context, **self.facts}, "session_id": session_id, "window_id": window_id})

    def event(self, name, level="info", session_id=None, **payload):
        self._add("track", lambda: {"name": name, "level": level, "payload": payload, "session_id": session_id})

    def flush(self, seconds):
        """Waits until everything is sent, at most so long."""
        end = time.monotonic() + seconds
        while self.process == os.getpid() and self.queue.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.02)

    def _add(self, lane, report):
        try:
            if self.process != os.getpid():  # a fork takes no threads along
                self.process, self.queue = os.getpid(), queue.Queue(self.size)
                threading.Thread(target=self._work, args=(self.queue,), daemon=True).start()
            # The id makes it safe to send a report again after an answer that was lost.
            text = json.dumps({**report(), "timestamp": time.time(), "batchId": uuid.uuid4().hex}, default=str)
            self.queue.put_nowait((lane, text.encode()))
        except Exception:
            self.dropped += 1

    def _work(self, reports):
        while True:
            lane, body = reports.get()
            for attempt in range(3):
                wait = self._send(lane, body)
                if wait is None:
                    break
                time.sleep(wait)
            reports.task_done()

    def _send(self, lane, body):
        """How many seconds to wait before another try; None when there is to be none."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        try:
            urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/{lane}", body, headers), timeout=3).close()
        except urllib.error.HTTPError as refusal:
            if refusal.code in (429, 503):
                return 5
            print(f"sentiero refused a report: {refusal.code} {refusal.read(200).decode(errors='replace')}", file=sys.stderr)
        except Exception:
            return 1
        return None


if __name__ == "__main__":  # report_error.py ENDPOINT KEY [SESSION WINDOW]
    endpoint, key, *ids = sys.argv[1:]
    reporter = Reporter(endpoint, key, environment="example", release="1.0")
    try:
        {}["basket"]
    except KeyError as error:
        reporter.error(error, *ids, request={"method": "GET", "path": "/basket"})
    reporter.event("basket_missing", level="warn", session_id=ids[0] if ids else None, items=0)
    reporter.flush(10)
    sys.exit(reporter.dropped)
