#!/usr/bin/env python3
"""Reports errors and events to Sentiero. Standard library only; never raises into the program, never makes it wait."""
import atexit, json, os, queue, sys, threading, time, traceback, urllib.error, urllib.request, uuid

class Reporter:
    """One background thread and a bounded queue: what does not fit, or cannot be sent, is dropped and counted."""
    def __init__(self, endpoint, key, environment=None, release=None, size=100):
        self.endpoint, self.key, self.size, self.dropped = endpoint.rstrip("/"), key, size, 0
        self.facts = {"environment": environment, "release": release}
        self._start()
        os.register_at_fork(after_in_child=self._start)  # a fork takes no threads along
        atexit.register(self.flush, 2)

    def error(self, error, session_id=None, window_id=None, **context):
        self._add("errors", lambda: {
            "exception_class": type(error).__qualname__, "message": str(error) or "(no message)", "platform": "python",
            "backtrace": [f'File "{f.filename}", line {f.lineno}, in {f.name}' for f in reversed(traceback.extract_tb(error.__traceback__))],
            "context": {**context, **self.facts}, "session_id": session_id, "window_id": window_id})

    def event(self, name, level="info", session_id=None, **payload):
        self._add("track", lambda: {"name": name, "level": level, "payload": payload, "session_id": session_id})

    def flush(self, seconds):
        """Waits until everything is sent, at most so long."""
        end = time.monotonic() + seconds
        while self.queue.unfinished_tasks and time.monotonic() < end: time.sleep(0.02)

    def _start(self):
        self.queue = queue.Queue(self.size)
        threading.Thread(target=self._work, args=(self.queue,), daemon=True).start()

    def _add(self, lane, report):
        try:  # The id makes it safe to send a report again after an answer that was lost.
            text = json.dumps({**report(), "timestamp": time.time(), "batchId": uuid.uuid4().hex}, default=str)
            self.queue.put_nowait((lane, text.encode()))
        except Exception: self.dropped += 1

    def _work(self, reports):
        while True:
            lane, body = reports.get()
            if not any(self._send(lane, body) for _ in range(3)): self.dropped += 1
            reports.task_done()

    def _send(self, lane, body):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        try:
            urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/{lane}", body, headers), timeout=3).close()
        except urllib.error.HTTPError as refusal:
            if refusal.code in (429, 503): return time.sleep(5)
            self.dropped += 1; print(f"sentiero refused a report: {refusal}", file=sys.stderr)
        except Exception: return time.sleep(1)
        return True

if __name__ == "__main__":  # report_error.py ENDPOINT KEY [SESSION WINDOW]
    reporter, ids = Reporter(*sys.argv[1:3], environment="example", release="1.0"), sys.argv[3:]
    try: {}["basket"]
    except KeyError as error: reporter.error(error, *ids, request={"method": "GET", "path": "/basket"})
    reporter.event("basket_missing", level="warn", session_id=ids[0] if ids else None, items=0)
    reporter.flush(10)
    sys.exit(reporter.dropped)
