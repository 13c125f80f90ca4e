#!/usr/bin/env python3
"""Reports errors and events to Sentiero. Standard library only; never raises into the program, never makes it wait."""
import atexit, json, logging, math, os, queue, re, sys, threading, time, traceback, urllib.error, urllib.request, uuid
SECRET = re.compile(r"passw|passphrase|secret|token\b|api_?key|private_?key|authorization|cookie|card_?number|\bcvv|\bssn\b", re.I)
ID = re.compile(r"[A-Za-z0-9_-]{1,128}")  # anybody can send a cookie: an id that is none is left out

def clean(value, key=""):
    if SECRET.search(str(key)): return "[FILTERED]"
    if isinstance(value, dict): return {str(name): clean(member, name) for name, member in value.items()}
    if isinstance(value, (list, tuple)): return [clean(member) for member in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_): """The key would go along, to whomever."""

class Reporter:
    """One background thread and a bounded queue: what does not fit, or cannot be sent, is dropped and counted."""
    def __init__(self, endpoint, key, environment=None, release=None, size=100):
        self.endpoint, self.key, self.size, self.dropped = endpoint.rstrip("/"), key, size, 0
        self.facts, self.opener = {"environment": environment, "release": release}, urllib.request.build_opener(NoRedirects)
        self._start()
        if hasattr(os, "register_at_fork"): os.register_at_fork(after_in_child=self._start)  # a fork takes no threads along
        atexit.register(self.flush, 2)
    def error(self, error, /, session_id=None, window_id=None, **context):
        self._add("errors", {"session_id": session_id, "window_id": window_id}, lambda: {
            "exception_class": type(error).__qualname__, "message": str(error) or "(no message)", "platform": "python",
            "backtrace": [f'File "{f.filename}", line {f.lineno}, in {f.name}' for f in reversed(traceback.extract_tb(error.__traceback__))],
            "context": clean({**context, **self.facts})})
    def event(self, name, /, level="info", session_id=None, **payload):
        self._add("track", {"session_id": session_id}, lambda: {"name": name, "level": level, "payload": clean(payload)})
    def flush(self, seconds):  # waits until everything is sent, at most so long
        end = time.monotonic() + seconds
        while self.queue.unfinished_tasks and time.monotonic() < end: time.sleep(0.02)
    def _start(self):
        self.queue = queue.Queue(self.size)
        threading.Thread(target=self._work, args=(self.queue,), daemon=True).start()
    def _add(self, lane, ids, report):
        try:  # The batch id makes it safe to send a report again after an answer that was lost.
            ids = {name: value for name, value in ids.items() if isinstance(value, str) and ID.fullmatch(value)}
            text = json.dumps({**report(), **ids, "timestamp": time.time(), "batchId": uuid.uuid4().hex}, default=str, allow_nan=False)
            self.queue.put_nowait((lane, text.encode()))
        except Exception: self.dropped += 1
    def _work(self, reports):
        for report in iter(reports.get, None):
            if not any(self._send(*report) for _ in range(3)): self.dropped += 1
            reports.task_done()
    def _send(self, lane, body):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        try: self.opener.open(urllib.request.Request(f"{self.endpoint}/{lane}", body, headers), timeout=3).close()
        except urllib.error.HTTPError as refusal:
            if refusal.code in (408, 429) or refusal.code >= 500: return time.sleep(5 if refusal.code in (429, 503) else 1)
            self.dropped += 1; logging.getLogger("sentiero").warning("a report was refused: %s", refusal)
        except Exception: return time.sleep(1)
        return True

if __name__ == "__main__":  # report_error.py ENDPOINT KEY [SESSION WINDOW]
    reporter, ids = Reporter(*sys.argv[1:3], environment="example", release="1.0"), sys.argv[3:]
    try: {}["basket"]
    except KeyError as error: reporter.error(error, *ids, request={"method": "GET", "path": "/basket"})
    reporter.event("basket_missing", level="warn", session_id=ids[0] if ids else None, items=0)
    reporter.flush(10); sys.exit(reporter.dropped)
