"""Encryption at rest through the real web node and worker: nothing planted is found in what Redis persists, and what was erased cannot be read from a copy."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib

import pytest
import redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Chaos"))
import sealed  # noqa: E402
from processes import Fleet, free_port  # noqa: E402

KEY, OTHER = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))
PLANTED = [f"planted-{kind}-7f3a91" for kind in ("text", "attribute", "custom", "input", "broken")]
BINARY = os.environ.get("SENTIERO_BINARY", str(ROOT / ".build/debug/sentiero"))


def body(session, timestamp=1_795_248_584_000):
    """Not compressed: in clear text it would be found by a plain search."""
    events = [
        {"type": 2, "data": {"node": {"type": 0, "id": 1, "childNodes": [
            {"type": 2, "tagName": "p", "attributes": {"title": PLANTED[1]}, "id": 2, "childNodes": [{"type": 3, "textContent": PLANTED[0], "id": 3}]}]},
            "initialOffset": {"left": 0, "top": 0}}, "timestamp": timestamp},
        {"type": 5, "data": {"tag": "order", "payload": {"note": PLANTED[2]}}, "timestamp": timestamp + 1},
        {"type": 3, "data": {"source": 5, "text": PLANTED[3], "isChecked": False, "id": 4}, "timestamp": timestamp + 2},
    ]
    return json.dumps({"sessionId": session, "windowId": "w1", "events": events}).encode()


class KeyRedis:
    """A Redis of the keys."""

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.folder.mkdir()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--appendonly", "yes", "--appendfsync",
             "always", "--save", "", "--logfile", str(self.folder / "redis.log")], stdout=subprocess.DEVNULL)
        Fleet.wait_for_port(self.port)

    def stop(self):
        self.process.kill()
        self.process.wait()


def deployment(folder, keys=None, key_redis=None):
    settings = {"SENTIERO_CORS_ENFORCE": "false"}
    if keys:
        settings["SENTIERO_ENCRYPTION_KEY"] = keys
    if key_redis:
        settings["SENTIERO_KEY_REDIS_URL"] = f"redis://127.0.0.1:{key_redis.port}"
    return Fleet(BINARY, folder, count=1, settings=settings)


def connect(fleet):
    return redis.Redis(port=fleet.redis_port)


def post(fleet, content):
    request = urllib.request.Request(f"http://127.0.0.1:{fleet.web_ports[0]}/events", content, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, reply.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def send(fleet, content):
    """As a recorder does: what is refused for the moment, on a slow machine for one, is sent again."""
    deadline = time.time() + 20
    while (status := post(fleet, content)[0]) == 503:
        assert time.time() < deadline
        time.sleep(0.2)
    assert status == 200


def read(fleet, session, path="events?cursor="):
    login = base64.b64encode(b"admin:secret-for-tests").decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{fleet.web_ports[0]}/api/sessions/{session}/windows/w1/{path}", headers={"Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def drained(fleet):
    fleet.wait_until_drained(connect(fleet), 30)


def command(fleet, *arguments, **settings):
    return subprocess.run(
        [BINARY, *arguments], env={**fleet.environment, **settings}, cwd=fleet.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60)


def dead(fleet, session):
    """A batch that cannot be processed: the body is broken behind what the web node checks."""
    connection = connect(fleet)
    before = connection.xlen("sentiero:{0}:dead")
    fleet.stop_worker()
    send(fleet, body(session).replace(PLANTED[0].encode(), PLANTED[4].encode()))
    for partition in range(8):
        for entry, fields in connection.xrange(f"sentiero:{{0}}:ingest:{partition}"):
            connection.hset(f"sentiero:{{0}}:inflight:{partition}", mapping={"first": entry, "last": entry, b"alone:" + entry: 3})
    fleet.start("worker", 0)
    drained(fleet)
    assert connection.xlen("sentiero:{0}:dead") == before + 1


def persisted(fleet):
    """Everything Redis wrote: the append-only files, and a snapshot of now without its own compression."""
    connection = connect(fleet)
    connection.config_set("rdbcompression", "no")
    connection.bgrewriteaof()
    while connection.info("persistence")["aof_rewrite_in_progress"] or connection.info("persistence")["aof_rewrite_scheduled"]:
        time.sleep(0.05)
    connection.save()
    return b"".join(file.read_bytes() for file in fleet.folder.rglob("*") if file.suffix in (".aof", ".rdb"))


def found(data):
    """The planted texts in some bytes, also inside gzip members."""
    hits = {text for text in PLANTED if text.encode() in data}
    at = data.find(b"\x1f\x8b\x08")
    while at >= 0:
        inflater = zlib.decompressobj(31)
        try:
            plain = inflater.decompress(data[at:at + 65536])
        except zlib.error:  # Not a member after all.
            plain = b""
        hits |= {text for text in PLANTED if text.encode() in plain}
        at = data.find(b"\x1f\x8b\x08", at + 1)
    return hits


@pytest.fixture(scope="module", params=["one Redis", "a Redis of the keys"])
def encrypted(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("encrypted")
    key_redis = KeyRedis(folder / "keys") if request.param != "one Redis" else None
    with deployment(folder, KEY, key_redis) as fleet:
        fleet.start_all()
        yield fleet, key_redis
    if key_redis:
        key_redis.stop()


def test_what_redis_persists_holds_no_planted_text(encrypted):
    fleet, _ = encrypted
    # The append-only file as it grows, before any rewrite.
    fleet.stop_worker()
    send(fleet, body("s-scan"))
    growing = b"".join(file.read_bytes() for file in fleet.folder.rglob("*.aof"))
    assert b"s-scan" in growing and not found(growing)
    fleet.start("worker", 0)
    drained(fleet)
    status, page = read(fleet, "s-scan")
    assert status == 200 and page["locked_chunks"] == 0
    text = json.dumps(page)
    assert all(planted in text for planted in PLANTED[:4])
    dead(fleet, "s-dead")
    data = persisted(fleet)
    assert b"s-scan" in data
    assert found(data) == set()
    logs = b"".join(file.read_bytes() for file in fleet.folder.rglob("*.log"))
    assert KEY.encode() not in logs and not found(logs)


def test_the_same_search_finds_them_without_encryption(tmp_path):
    with deployment(tmp_path) as fleet:
        fleet.start_all()
        send(fleet, body("s-scan"))
        drained(fleet)
        assert found(b"".join(file.read_bytes() for file in tmp_path.rglob("*.aof"))) == set(PLANTED[:4])
        assert found(persisted(fleet)) == set(PLANTED[:4])
        doctor = command(fleet, "doctor", "--json")
        assert "readable gzip" in next(f["detail"] for f in json.loads(doctor.stdout)["findings"] if f["name"] == "encryption")
        refusal = command(fleet, "keys", "status")
        assert refusal.returncode == 2 and "openssl rand -base64 32" in refusal.stderr


def test_the_format_is_the_documented_one(encrypted):
    fleet, key_redis = encrypted
    fleet.stop_worker()
    send(fleet, body("s-format"))
    connection = connect(fleet)
    keys = redis.Redis(port=key_redis.port) if key_redis else connection
    queued = [fields for partition in range(8) for _, fields in connection.xrange(f"sentiero:{{0}}:ingest:{partition}")]
    entry = next(fields for fields in queued if fields[b"session"] == b"s-format")
    day = entry[b"body"][:8].decode()
    day_key = sealed.unwrap(KEY, keys.get(f"sentiero:ingestkey:{day}"), "ingest-key", day)
    assert (entry[b"v"], sealed.open_sealed(day_key, entry[b"body"][8:], "default", "s-format", "w1")) == (b"2", body("s-format"))
    assert sealed.open_sealed(day_key, entry[b"body"][8:], "default", "s-other", "w1") is None
    fleet.start("worker", 0)
    drained(fleet)
    wrapped = keys.get("sentiero:{0}:default:key:s-format")
    assert sealed.unwrap(OTHER, wrapped, "data-key", "default", "s-format") is None
    data_key = sealed.unwrap(KEY, wrapped, "data-key", "default", "s-format")
    (_, chunk), = connection.xrange("sentiero:{0}:default:events:s-format:w1")
    text = zlib.decompress(sealed.open_sealed(data_key, chunk[b"z"], "default", "s-format", "w1"), 31)
    assert chunk[b"v"] == b"2" and all(planted.encode() in text for planted in PLANTED[:4])


def test_dead_letters_stay_sealed_and_are_opened_to_be_shown(encrypted):
    fleet, _ = encrypted
    dead(fleet, "s-letter")
    letters = json.loads(command(fleet, "dead-letters", "list", "--session", "s-letter", "--json").stdout)
    shown = json.loads(command(fleet, "dead-letters", "show", letters[0]["id"], "--json").stdout)
    assert shown["encryption"] == "encrypted; its key opens it"
    assert shown["bytes"] == len(body("s-letter")) + len(PLANTED[4]) - len(PLANTED[0])
    other = command(fleet, "dead-letters", "show", letters[0]["id"], SENTIERO_ENCRYPTION_KEY=OTHER).stdout
    assert "needs the master key" in other
    connection = connect(fleet)
    assert not any(found(fields[b"body"]) for _, fields in connection.xrange("sentiero:{0}:dead"))
    assert command(fleet, "dead-letters", "drop", "--all", "--yes").returncode == 0


def test_doctor_says_which_case_holds(encrypted):
    fleet, key_redis = encrypted
    findings = {f["name"]: f for f in json.loads(command(fleet, "doctor", "--json").stdout)["findings"]}
    if key_redis:
        assert "Copies of the data alone cannot be read" in findings["encryption"]["detail"]
        assert findings["key-redis"]["status"] == "ok" and findings["key-redis-eviction"]["status"] == "ok"
        same = command(fleet, "doctor", SENTIERO_KEY_REDIS_URL=fleet.environment["SENTIERO_REDIS_URL"])
        assert same.returncode == 2 and "same database" in same.stderr
    else:
        assert "Backups hold the wrapped keys too" in findings["encryption"]["detail"]
        assert "key-redis" not in findings


def test_rotation_by_commands(encrypted):
    fleet, _ = encrypted
    send(fleet, body("s-rotate"))
    drained(fleet)
    both = {"SENTIERO_ENCRYPTION_KEY": f"{OTHER},{KEY}"}
    status = json.loads(command(fleet, "keys", "status", "--json", **both).stdout)
    assert [(m["state"], m["sessions"] > 0) for m in status["masters"]] == [("current", False), ("configured", True)]
    assert command(fleet, "keys", "status", SENTIERO_ENCRYPTION_KEY=OTHER).returncode == 4
    would = json.loads(command(fleet, "keys", "rewrap", "--dry-run", "--json", **both).stdout)
    assert would["rewrapped"] > 0
    done = json.loads(command(fleet, "keys", "rewrap", "--json", "--quiet", **both).stdout)
    assert done["rewrapped"] == would["rewrapped"] and done["unopened"] == 0
    assert "can be retired" in command(fleet, "keys", "status", **both).stdout
    # The processes that run know the old key only: everything is read again after the way back.
    assert command(fleet, "keys", "rewrap", "--quiet", SENTIERO_ENCRYPTION_KEY=f"{KEY},{OTHER}").returncode == 0
    send(fleet, body("s-rotate", 1_795_248_585_000))
    drained(fleet)
    status, page = read(fleet, "s-rotate")
    assert status == 200 and page["locked_chunks"] == 0 and len(page["events"]) == 6


def test_a_restored_copy_cannot_be_read_once_erased(encrypted, tmp_path):
    fleet, key_redis = encrypted
    send(fleet, body("s-erase"))
    drained(fleet)
    persisted(fleet)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(fleet.folder / "dump.rdb", copy / "dump.rdb")
    assert fleet.erase("s-erase") == 0
    keys = redis.Redis(port=key_redis.port) if key_redis else connect(fleet)
    assert not keys.exists("sentiero:{0}:default:key:s-erase")
    with deployment(copy, KEY, key_redis) as restored:
        restored.redis = subprocess.Popen(
            ["redis-server", "--port", str(restored.redis_port), "--bind", "127.0.0.1", "--dir", str(copy), "--save", ""], stdout=subprocess.DEVNULL)
        Fleet.wait_for_port(restored.redis_port)
        restored.start("web", 0)
        Fleet.wait_for_port(restored.web_ports[0])
        status, page = read(restored, "s-erase")
        if key_redis:
            assert (status, page) == (410, {"error": "this recording cannot be decrypted: its key is gone"})
        else:
            # With one Redis a copy holds the wrapped key, too.
            assert status == 200 and len(page["events"]) == 3
            restored.environment["SENTIERO_ENCRYPTION_KEY"] = OTHER
            restored.restart_web()
            status, page = read(restored, "s-erase")
            assert status == 410 and "needs the master key" in page["error"]


def test_ingest_is_refused_while_no_key_can_be_had(tmp_path):
    key_redis = KeyRedis(tmp_path / "keys")
    try:
        with deployment(tmp_path, KEY, key_redis) as fleet:
            fleet.start_all()
            key_redis.stop()
            # No batch has asked for the day's key yet.
            status, headers = post(fleet, body("s-refused"))
            assert status == 503 and int(headers["Retry-After"]) > 0
            key_redis.start()
            deadline = time.time() + 20
            while post(fleet, body("s-taken"))[0] != 200:
                assert time.time() < deadline
                time.sleep(0.2)
            # From now on it is remembered.
            key_redis.stop()
            assert post(fleet, body("s-taken", 1_795_248_586_000))[0] == 200
            key_redis.start()
            drained(fleet)
            deadline = time.time() + 20
            # Until the web node has its keys' Redis again, it says so and nothing worse.
            while (answer := read(fleet, "s-taken"))[0] == 503:
                assert time.time() < deadline, answer
                time.sleep(0.2)
            assert answer[0] == 200 and len(answer[1]["events"]) >= 3, answer
    finally:
        key_redis.stop()


def test_a_recording_without_its_key_says_so_on_its_page(encrypted, context):
    fleet, key_redis = encrypted
    send(fleet, body("s-locked"))
    drained(fleet)
    keys = redis.Redis(port=key_redis.port) if key_redis else connect(fleet)
    keys.delete("sentiero:{0}:default:key:s-locked")
    # A node that does not remember it.
    fleet.restart_web()
    page = context.new_page()
    context.set_extra_http_headers({"Authorization": "Basic " + base64.b64encode(b"admin:secret-for-tests").decode()})
    page.goto(f"http://127.0.0.1:{fleet.web_ports[0]}/sessions/s-locked")
    banner = page.locator("[data-failure]")
    banner.wait_for()
    assert "This recording cannot be decrypted: its key is gone." in banner.inner_text()
    assert page.locator("[data-retry]").is_hidden()
