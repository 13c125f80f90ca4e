#!/usr/bin/env python3
"""Ingest, drain and memory, each beside its limit on the same machine in the same run."""
import argparse
import base64
import gzip
import http.client
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

import redis

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Chaos"))
from processes import Fleet, free_port  # noqa: E402

import bodies  # noqa: E402

CORPUS = HERE.parent / "IngestTests" / "Fixtures" / "corpus"


def rss_mb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def post_all(port, path, seconds):
    """wrk's own figures: requests/s, p50 and p99 (ms), errors."""
    output = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{seconds}s", "--timeout", "5s", "-s", str(HERE / "post.lua"),
         f"http://127.0.0.1:{port}", "--", str(path)],
        capture_output=True, text=True, check=True).stdout
    requests, micros, p50, p99, errors = map(int, re.search(r"RESULT (.*)", output).group(1).split())
    return {"per_second": requests / micros * 1e6, "requests": requests, "p50_ms": p50 / 1000, "p99_ms": p99 / 1000, "errors": errors}


def xadd_limit(port, size):
    """XADD of the same payload by redis-benchmark: plain and pipelined, per second."""
    result = {}
    for name, pipeline in (("plain", 1), ("pipelined", 16)):
        output = subprocess.run(
            ["redis-benchmark", "-p", str(port), "-n", "100000", "-c", "50", "-P", str(pipeline), "-d", str(size), "--csv",
             "XADD", "limit", "*", "body", "x" * size],
            capture_output=True, text=True, check=True).stdout
        result[name] = float(output.splitlines()[-1].split('","')[1].strip('"'))
    return result


def inflate_limit(sample):
    """Batches/s zlib alone inflates on one core."""
    started, count = time.perf_counter(), 0
    while time.perf_counter() - started < 1:
        for body in sample:
            zlib.decompress(body, 31)
        count += len(sample)
    return count / (time.perf_counter() - started)


def queued(connection):
    return sum(connection.xlen(f"sentiero:{{0}}:ingest:{partition}") for partition in range(8))


def drain(fleet, connection, seconds=120):
    """Stored batches/s of one worker from a backlog, and its greatest memory."""
    backlog = queued(connection)
    fleet.start("worker", 0)
    worker, started, peak = fleet.running["worker", 0], None, 0.0
    while time.time() < (started or time.time()) + seconds:
        left = queued(connection)
        if started is None and left < backlog:
            started, backlog = time.time(), left
        peak = max(peak, rss_mb(worker))
        if left == 0:
            break
        time.sleep(0.02)
    elapsed = time.time() - started
    return {"backlog": backlog, "per_second": (backlog - queued(connection)) / elapsed, "rss_mb": peak}


def fill(fleet, path, seconds):
    """A backlog without a worker."""
    post_all(fleet.web_ports[0], path, seconds)


def drain_ratio(fleet, connection, path, seconds, rounds=3):
    """Stored batches/s of one worker with encryption and without it, in turn: the same bodies, the same Redis, the same minutes."""
    key = base64.b64encode(bytes(range(32))).decode()
    rates = {"clear": [], "encrypted": []}
    for _ in range(rounds):
        for name, settings in (("clear", {}), ("encrypted", {"SENTIERO_ENCRYPTION_KEY": key})):
            fleet.stop_worker()
            connection.flushall()
            fleet.environment.pop("SENTIERO_ENCRYPTION_KEY", None)
            fleet.environment.update(settings)
            fleet.restart_web()
            fill(fleet, path, seconds)
            rates[name].append(drain(fleet, connection)["per_second"])
    fleet.stop_worker()
    fleet.environment.pop("SENTIERO_ENCRYPTION_KEY", None)
    middle = {name: statistics.median(values) for name, values in rates.items()}
    return {**middle, "ratio": middle["encrypted"] / middle["clear"], "rounds": rounds,
            "of_each_round": [round(encrypted / clear, 3) for clear, encrypted in zip(rates["clear"], rates["encrypted"])]}


def corpus_batches(copies=20):
    """The recorded corpus, several times over, each copy with sessions of its own."""
    for copy in range(copies):
        for file in sorted(CORPUS.rglob("*.json.gz")):
            text = gzip.decompress(file.read_bytes())
            session = json.loads(text)["sessionId"].encode()
            yield gzip.compress(text.replace(session, session + f"-{copy}".encode(), 1), 6)


def batches_of_50(count=4000):
    return (body for _, body in bodies.bodies(count, 4))


def memory_ratio(fleet, connection, batches):
    """Redis bytes of some batches: ours, and one sorted-set member per event as the original stores them."""
    connection.flushall()
    plain_start = connection.info("memory")["used_memory"]
    sessions, events = set(), 0
    for body in batches():
        batch = json.loads(gzip.decompress(body))
        sessions.add(batch["sessionId"])
        members = {}
        for index, event in enumerate(batch["events"]):
            events += 1
            member = json.dumps({**event, "_seq": f"{time.time():.7f}_{index}"}, separators=(",", ":"))
            members[member] = event["timestamp"]
        connection.zadd(f"original:events:{batch['sessionId']}:{batch['windowId']}", members)
    plain = connection.info("memory")["used_memory"] - plain_start
    fleet.stop_worker()
    connection.flushall()
    fleet.restart_web()
    start = connection.info("memory")["used_memory"]
    client = http.client.HTTPConnection("127.0.0.1", fleet.web_ports[0], timeout=10)
    for body in batches():
        client.request("POST", "/events", body, {"Content-Encoding": "gzip"})
        response = client.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"a batch was answered {response.status}")
    fleet.start("worker", 0)
    fleet.wait_until_drained(connection, 120)
    time.sleep(1)
    ours = connection.info("memory")["used_memory"] - start
    return {"sessions": len(sessions), "events": events, "ours_per_session": ours / len(sessions),
            "original_per_session": plain / len(sessions), "ratio": plain / ours}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", default=".build/release/sentiero")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--only-encryption", action="store_true", help="only what encryption costs the drain")
    parser.add_argument("--json")
    options = parser.parse_args()
    figures = {}

    def say(name, value):
        figures[name] = value
        shown = {k: round(v, 2) if isinstance(v, float) else v for k, v in value.items()} if isinstance(value, dict) else value
        print(f"{name:28} {shown}", flush=True)
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(figures, indent=1))

    with tempfile.TemporaryDirectory() as folder, Fleet(options.binary, pathlib.Path(folder), "everysec", count=1,
                                                        settings={"SENTIERO_MAX_STREAM_LENGTH": "10000000"}) as fleet:
        count = 20_000 * options.seconds
        sizes = bodies.write(f"{folder}/first", count, 1)
        bodies.write(f"{folder}/second", count, 2)
        say("body", {"gzip_bytes": sizes[0], "raw_bytes": sizes[1]})
        sample = [body for _, body in bodies.bodies(200, 3)]
        say("limit inflate/s (one core)", inflate_limit(sample))

        fleet.start_redis()
        connection = redis.Redis(port=fleet.redis_port, decode_responses=True, encoding="latin-1")
        limit = xadd_limit(fleet.redis_port, round(sizes[0]))
        connection.flushall()
        say("limit XADD/s", limit)

        fleet.start("web", 0)
        fleet.wait_for_port(fleet.web_ports[0])
        time.sleep(1)
        if options.only_encryption:
            say("drain with encryption", drain_ratio(fleet, connection, f"{folder}/first", max(2, options.seconds // 3)))
            return
        web = fleet.running["web", 0]
        say("web RSS idle MB", rss_mb(web))
        accept = post_all(fleet.web_ports[0], f"{folder}/first", options.seconds)
        say("accept, no worker", accept)
        say("web RSS under load MB", rss_mb(web))
        say("accept / XADD limit", accept["per_second"] / limit["plain"])

        drained = drain(fleet, connection)
        say("drain, one worker", drained)
        say("drain / inflate limit", drained["per_second"] / figures["limit inflate/s (one core)"])
        stored_before = int(connection.hget("sentiero:{0}:outcomes", "stored"))
        both = post_all(fleet.web_ports[0], f"{folder}/second", options.seconds)
        stored = int(connection.hget("sentiero:{0}:outcomes", "stored")) - stored_before
        say("both: accept", both)
        say("both: stored/s", stored / options.seconds)
        say("worker RSS under load MB", rss_mb(fleet.running["worker", 0]))
        fleet.wait_until_drained(connection, 120)
        say("outcomes", {k: int(v) for k, v in connection.hgetall("sentiero:{0}:outcomes").items()})
        say("drain with encryption", drain_ratio(fleet, connection, f"{folder}/first", max(2, options.seconds // 3)))
        connection.flushall()
        fleet.restart_web()
        fleet.start("worker", 0)
        time.sleep(3)
        say("worker RSS idle MB", rss_mb(fleet.running["worker", 0]))
        say("memory, 50-event batches", memory_ratio(fleet, connection, batches_of_50))
        say("memory, recorded corpus", memory_ratio(fleet, connection, corpus_batches))


if __name__ == "__main__":
    main()
