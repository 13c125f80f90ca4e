#!/usr/bin/env python3
"""Kills web, worker and Redis at random points under load and checks that nothing acknowledged was lost or doubled.

  faults.py [--fsync always|everysec] [--seconds 30] [--seed N] [--binary PATH] [--encrypted]      without --fsync: both, one after the other

Under `always` every acknowledged batch must be stored exactly once, or be counted in another outcome. Under `everysec`
batches acknowledged in the last moments before Redis died may be missing; what is left must still be consistent.
The seed is printed; the same seed gives the same kills in the same order (not at the same microsecond).
"""
import argparse
import base64
import collections
import gzip
import http.client
import json
import os
import pathlib
import random
import sys
import tempfile
import threading
import time

import redis

import sealed
from processes import Fleet

WINDOWS_PER_SENDER = 3
# Redis fsyncs every second and answers while an fsync is late: about two seconds of acknowledged batches can be lost.
EVERYSEC_WINDOW_SECONDS = 3.0
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()


class Ledger:
    """What the clients know: which batches were acknowledged, and when."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = {}  # marker -> time of the 200
        self.sent = set()
        self.order = collections.defaultdict(list)  # (session, window) -> markers in acknowledged order
        self.erased = set()
        self.refused = collections.Counter()

    def sending(self, marker):
        with self.lock:
            self.sent.add(marker)

    def acknowledge(self, session, window, marker):
        with self.lock:
            self.acknowledged[marker] = time.time()
            self.order[session, window].append(marker)


class Sender(threading.Thread):
    """One browser after another: sends batches of its windows in sequence, retries each until it is acknowledged."""

    def __init__(self, number, fleet, ledger, stop, seed):
        super().__init__(daemon=True)
        self.number, self.fleet, self.ledger, self.stop = number, fleet, ledger, stop
        self.random = random.Random(seed * 1000 + number)
        self.sequence = collections.Counter()
        self.generation = 0

    def run(self):
        while not self.stop.is_set():
            self.generation += 1
            session = f"s{self.number}-{self.generation}"
            for _ in range(self.random.randint(20, 60)):
                if self.stop.is_set():
                    return
                self.send_batch(session, f"w{self.random.randrange(WINDOWS_PER_SENDER)}")

    def send_batch(self, session, window):
        sequence = self.sequence[session, window]
        self.sequence[session, window] += 1
        marker = f"{session}/{window}/{sequence}"
        now = int(time.time() * 1000)
        # Some batches hold an address, so that redaction rewrites them.
        text = "mail alice@example.com" if self.random.random() < 0.3 else "plain"
        events = [{"type": 3, "data": {"source": 1, "marker": marker, "i": i}, "timestamp": now + i} for i in range(8)]
        events.append({"type": 5, "data": {"tag": "note", "payload": {"text": text}}, "timestamp": now + 9})
        if sequence % 10 == 0:
            events.insert(0, {"type": 2, "data": {"node": {}, "marker": marker}, "timestamp": now})
        body = gzip.compress(json.dumps({
            "sessionId": session, "windowId": window, "batchId": f"b{self.random.getrandbits(60):x}",
            "sequence": sequence, "events": events,
        }).encode(), 1)
        self.ledger.sending(marker)
        while not self.stop.is_set():
            status = self.post(body)
            if status == 200:
                self.ledger.acknowledge(session, window, marker)
                return
            self.ledger.refused[status] += 1
            if status in (400, 413):
                raise SystemExit(f"refused for good: {status}")
            time.sleep(0.05 + self.random.random() * 0.2)

    def post(self, body):
        port = self.random.choice(self.fleet.web_ports)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("POST", "/events", body, {"Content-Type": "application/json", "Content-Encoding": "gzip"})
            return connection.getresponse().status
        except OSError:
            return "unreachable"
        except http.client.HTTPException:
            return "broken"


class Reporter(threading.Thread):
    """A server: reports errors of three kinds and events, each with an id, again until it is acknowledged."""

    def __init__(self, fleet, stop, seed):
        super().__init__(daemon=True)
        self.fleet, self.stop, self.random = fleet, stop, random.Random(seed + 2)
        self.sent, self.acknowledged = collections.Counter(), collections.Counter()

    def run(self):
        while not self.stop.is_set():
            lane, number = self.random.choice(["errors", "track"]), self.sent.total()
            report = {"batchId": f"r{number}", "session_id": self.random.choice([None, f"r{number % 5}"])}
            if lane == "errors":
                report |= {"exception_class": f"Error{number % 3}", "message": f"number {number}", "backtrace": ["app/x.rb:1:in `f'"]}
            else:
                report |= {"name": f"event {number % 3}", "payload": {"number": number}}
            self.sent[lane] += 1
            while not self.stop.is_set():
                if self.post(lane, json.dumps(report)) == 200:
                    self.acknowledged[lane] += 1
                    break
                time.sleep(0.05 + self.random.random() * 0.2)
            time.sleep(0.005)

    def post(self, lane, body):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.random.choice(self.fleet.web_ports), timeout=5)
            connection.request("POST", f"/{lane}", body, {"Authorization": "Bearer chaos"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None


def check_reports(connection, reporter, fsync, problems):
    """Every acknowledged report counts once: the counts of all problems are the error reports stored."""
    keys = list(connection.scan_iter("sentiero:*:problem:*", count=1000))
    stored = {"errors": sum(int(connection.hget(key, "count")) for key in keys), "track": connection.xlen("sentiero:{0}:default:track")}
    for lane, count in stored.items():
        least = reporter.acknowledged[lane] if fsync == "always" else 1
        if not least <= count <= reporter.sent[lane]:
            problems.append(f"{lane}: {count} stored of {reporter.sent[lane]} sent, {reporter.acknowledged[lane]} acknowledged")
    return stored


def erase_now_and_then(fleet, ledger, stop, rng):
    while not stop.wait(1.5 + rng.random() * 2):
        with ledger.lock:
            candidates = sorted({session for session, _ in ledger.order} - ledger.erased)
        if not candidates:
            continue
        session = rng.choice(candidates)
        with ledger.lock:
            ledger.erased.add(session)
        # Redis may be away: erasing must then fail loudly, and works when asked again.
        while fleet.erase(session) != 0 and not stop.is_set():
            time.sleep(0.3)


def break_things(fleet, stop, rng, log, redis_deaths):
    while not stop.wait(0.4 + rng.random() * 1.6):
        victim = rng.choices(["web", "worker", "redis"], weights=[3, 5, 2])[0]
        number = rng.randrange(2)
        log(f"kill -9 {victim} {number if victim != 'redis' else ''}")
        if victim == "redis":
            redis_deaths.append(time.time())
            fleet.kill_redis()
            time.sleep(rng.random() * 0.5)
            fleet.start_redis()
        else:
            fleet.kill(victim, number)
            time.sleep(rng.random() * 0.5)
            fleet.start(victim, number)


def chunk_text(connection, key, fields):
    """The JSON of a chunk, opened when it is encrypted."""
    body = fields["z"].encode("latin-1")
    if fields["v"] == "2":
        base, _, session, window = key.rsplit(":", 3)
        wrapped = (connection.get(f"{base}:key:{session}") or "").encode("latin-1")
        data_key = wrapped and sealed.unwrap(MASTER_KEY, wrapped, "data-key", "default", session)
        body = data_key and sealed.open_sealed(data_key, body, "default", session, window)
    return gzip.decompress(body or b"")


def stored_markers(connection, problems):
    """Every stored batch's marker, per window in stored order, with how often it is there."""
    counts, order = collections.Counter(), collections.defaultdict(list)
    for key in connection.scan_iter("sentiero:*:events:*", count=1000):
        _, _, session, window = key.rsplit(":", 3)
        for entry_id, fields in connection.xrange(key):
            text = chunk_text(connection, key, fields)
            if not text:
                problems.append(f"{key} {entry_id}: no key opens it")
                continue
            events = json.loads(text)["events"]
            if int(fields["n"]) != len(events):
                problems.append(f"{key} {entry_id}: n is {fields['n']}, holds {len(events)}")
            if "alice@example.com" in json.dumps(events):
                problems.append(f"{key} {entry_id}: an address was stored")
            markers = {event["data"]["marker"] for event in events if "marker" in event["data"]}
            if len(markers) != 1:
                problems.append(f"{key} {entry_id}: markers {markers}")
            for marker in markers:
                counts[marker] += 1
                order[session, window].append(marker)
    return counts, order


def check(connection, ledger, fsync, redis_deaths):
    problems = []
    counts, order = stored_markers(connection, problems)

    for marker, count in counts.items():
        if count > 1:
            problems.append(f"{marker} stored {count} times")
        if marker not in ledger.sent:
            problems.append(f"{marker} was never sent")
        if marker.split("/")[0] in ledger.erased:
            problems.append(f"{marker} belongs to an erased session")

    missing = [m for m in ledger.acknowledged if counts[m] == 0 and m.split("/")[0] not in ledger.erased]
    if fsync == "always":
        problems += [f"{marker} was acknowledged and is gone" for marker in missing]
    else:
        for marker in missing:
            at = ledger.acknowledged[marker]
            if not any(0 <= death - at <= EVERYSEC_WINDOW_SECONDS for death in redis_deaths):
                problems.append(f"{marker} was acknowledged at {at:.3f}, away from any death of Redis, and is gone")

    for window, markers in order.items():
        sequences = [int(marker.split("/")[2]) for marker in markers]
        if sequences != sorted(sequences):
            problems.append(f"{window} out of order: {sequences}")

    outcomes = collections.Counter({k: int(v) for k, v in connection.hgetall("sentiero:{0}:outcomes").items()})
    added = queued = 0
    for partition in range(8):
        key = f"sentiero:{{0}}:ingest:{partition}"
        if connection.exists(key):
            info = connection.xinfo_stream(key)
            added += info["entries-added"]
            queued += info["length"]
    ended = sum(outcomes[name] for name in (
        "stored", "filtered", "duplicate", "limited:events", "limited:bytes", "limited:windows",
        "expired", "erased", "dead", "dropped"))
    accepted = added - outcomes["redriven"]
    if accepted != ended + queued:
        problems.append(f"accepted {accepted} != outcomes {ended} + queued {queued}: {dict(outcomes)}")
    if queued:
        problems.append(f"{queued} entries were never processed")
    if outcomes["dead"]:
        problems.append(f"{outcomes['dead']} dead letters: {connection.xrange('sentiero:{0}:dead', count=2)}")

    for key in connection.scan_iter("sentiero:*", count=1000):
        if any(part in key for part in (":session:", ":windows:", ":events:", ":erased:", ":problem:", ":occurrences:", ":reports:", ":trend:")) and connection.ttl(key) < 0:
            problems.append(f"{key} has no TTL")
    check_rows(connection, problems)
    return problems, outcomes, accepted, missing


def check_rows(connection, problems):
    """Rows and indexes say what the chunks say."""
    for key in connection.scan_iter("sentiero:*:session:*", count=1000):
        base, session = key.rsplit(":session:", 1)
        row = connection.hgetall(key)
        events = chunks = 0
        for stream in connection.scan_iter(f"{base}:events:{session}:*", count=1000):
            for _, fields in connection.xrange(stream):
                chunks += 1
                events += int(fields["n"])
        if int(row["event_count"]) != events or int(row["chunk_count"]) != chunks:
            problems.append(f"{key}: row says {row['event_count']}/{row['chunk_count']}, chunks say {events}/{chunks}")
        if connection.zscore(f"{base}:sessions", session) is None:
            problems.append(f"{key} is in no index")


def run(options, fsync):
    print(f"faults: appendfsync {fsync}, {options.seconds:.0f} s, seed {options.seed}", flush=True)
    started = time.time()

    def log(text):
        print(f"  {time.time() - started:6.2f}  {text}", flush=True)

    ledger, redis_deaths = Ledger(), []
    is_encrypted = options.encrypted or (not options.fsync and fsync == "always")
    settings = {"SENTIERO_INGEST_KEYS": "chaos:default"} | ({"SENTIERO_ENCRYPTION_KEY": MASTER_KEY} if is_encrypted else {})
    with tempfile.TemporaryDirectory() as folder, Fleet(options.binary, pathlib.Path(folder), fsync, settings=settings) as fleet:
        fleet.start_all()
        stop_load, stop_faults = threading.Event(), threading.Event()
        senders = [Sender(i, fleet, ledger, stop_load, options.seed) for i in range(options.senders)]
        reporter = Reporter(fleet, stop_load, options.seed)
        senders.append(reporter)
        eraser = threading.Thread(
            target=erase_now_and_then, args=(fleet, ledger, stop_faults, random.Random(options.seed + 1)), daemon=True)
        breaker = threading.Thread(
            target=break_things, args=(fleet, stop_faults, random.Random(options.seed), log, redis_deaths), daemon=True)
        for thread in [*senders, eraser, breaker]:
            thread.start()
        time.sleep(options.seconds)
        stop_faults.set()
        breaker.join()
        eraser.join()
        time.sleep(1)
        stop_load.set()
        for sender in senders:
            sender.join()
        connection = redis.Redis(port=fleet.redis_port, decode_responses=True, encoding="latin-1")
        log("waiting for the queue to drain")
        fleet.wait_until_drained(connection, seconds=60)
        # An erasure that was interrupted is asked for again: it must end the same.
        for session in sorted(ledger.erased):
            if fleet.erase(session) != 0:
                raise SystemExit(f"erasing {session} failed with everything up")
        problems, outcomes, accepted, missing = check(connection, ledger, fsync, redis_deaths)
        log(f"reports stored: {check_reports(connection, reporter, fsync, problems)} of {dict(reporter.sent)}")
        log(f"sent {len(ledger.sent)}, acknowledged {len(ledger.acknowledged)}, accepted {accepted}, "
            f"outcomes {dict(outcomes)}, erased sessions {len(ledger.erased)}, refused {dict(ledger.refused)}, "
            f"missing {len(missing)}, deaths of Redis {len(redis_deaths)}")
        if len(ledger.acknowledged) < 100:
            problems.append("too little got through to prove anything")
        if problems:
            print("\n".join(problems[:40]))
            fleet.show_logs()
            print(f"faults: {len(problems)} problems with appendfsync {fsync}, seed {options.seed}")
    return not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fsync", choices=["always", "everysec"])
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SENTIERO_CHAOS_SECONDS", 30)))
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--binary", default=os.environ.get("SENTIERO_BINARY", ".build/debug/sentiero"))
    parser.add_argument("--encrypted", action="store_true", help="with encryption at rest (without --fsync: under `always` in any case)")
    options = parser.parse_args()
    results = [run(options, fsync) for fsync in ([options.fsync] if options.fsync else ["always", "everysec"])]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
