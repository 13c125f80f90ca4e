"""What docs/reporting.md says is done, against the whole product: its curl commands, and its Python example. No browser."""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

import pytest
import redis

from dashboard_fixtures import installation, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECIPES = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", (ROOT / "docs/reporting.md").read_text(), re.DOTALL)
EXAMPLE = ROOT / "docs/examples/report_error.py"
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


def test_the_python_example_never_harms_its_host():
    """Nobody answers, nothing can be serialized, the queue is full: no exception, no waiting."""
    sys.path.insert(0, str(EXAMPLE.parent))
    from report_error import Reporter

    class Mute(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    reporter = Reporter("http://127.0.0.1:9", "key", size=2)
    loop = []
    loop.append(loop)
    started = time.monotonic()
    for _ in range(50):
        reporter.error(ValueError("boom"), context=loop)
        reporter.error(Mute())
        reporter.error(ValueError(""), what=object())
        reporter.event("e", n=1)
    assert time.monotonic() - started < 1
    assert reporter.dropped >= 100
    if os.fork() == 0:
        reporter.event("of a child, with a queue and a thread of its own")
        os._exit(0 if reporter.queue.unfinished_tasks == 1 else 1)
    assert os.wait()[1] == 0
