"""From a real browser through Redis to a replay: scenarios S1-S4 of spec 03, and a worker killed on the way."""

import json
import time

import pytest
from stack_fixtures import LOGIN, stack  # noqa: F401  (a fixture)

HIDE = """() => { Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
  Object.defineProperty(document, "visibilityState", {value: "visible", configurable: true}); }"""


@pytest.fixture
def visitor(browser, stack):  # noqa: F811
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def operator(browser, stack):  # noqa: F811
    context = browser.new_context(http_credentials=LOGIN, base_url=stack.dashboard)
    yield context.new_page()
    context.close()


def flush(page):
    """Hides the tab and waits until its last batch is answered."""
    with page.expect_response(lambda response: response.url.endswith("/events") and response.request.method == "POST"):
        page.evaluate(HIDE)


def record_todo(page, stack, secret="bring 4242 biscuits", password="hunter2-hunter2"):  # noqa: F811
    page.goto(stack.site.url)
    page.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
    session = page.evaluate("Sentiero.sessionId()")
    page.fill("#task", secret)
    page.fill("#pin", password)
    page.click("button")
    page.wait_for_selector("#list li")
    page.wait_for_timeout(100)
    flush(page)
    stack.wait_for(lambda: session in stack.sessions(), "session in Redis")
    return session


def test_03_S1_record_and_replay(stack, visitor, operator):  # noqa: F811
    """03-S1"""
    session = record_todo(visitor, stack)
    operator.goto("/")
    link = operator.locator(f'a[href*="/sessions/{session}"]').first
    link.wait_for()
    link.click()
    operator.wait_for_selector("text=Session details")
    frame = operator.wait_for_selector(".replayer-wrapper iframe", timeout=15_000)
    assert "allow-scripts" not in (frame.get_attribute("sandbox") or "allow-scripts")
    replayed = operator.frame_locator(".replayer-wrapper iframe")
    assert replayed.locator("h1").text_content() == "To-do"


def test_03_S2_masking(stack, visitor, operator):  # noqa: F811
    """03-S2"""
    session = record_todo(visitor, stack, secret="a very secret errand", password="correct horse")
    window = stack.redis.hkeys(f"sentiero:{{0}}:default:windows:{session}")
    window = next(name for name in window if ":" not in name)
    reply = operator.request.get(f"/api/sessions/{session}/windows/{window}/events?cursor=")
    assert reply.status == 200
    text = json.dumps(reply.json()["events"])
    assert "secret errand" not in text and "correct horse" not in text
    assert "*" * len("a very secret errand") in text
    assert "*" * len("correct horse") in text


def test_03_S3_global_privacy_control(stack, visitor):  # noqa: F811
    """03-S3"""
    visitor.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    asked = []
    visitor.on("request", lambda request: asked.append(request.url) if request.url.endswith("/events") else None)
    before = stack.sessions()
    visitor.goto(stack.site.url)
    visitor.fill("#task", "anything")
    visitor.click("button")
    visitor.evaluate(HIDE)
    visitor.wait_for_timeout(500)
    assert asked == []
    assert visitor.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    assert stack.sessions() == before


def test_03_S4_opt_out_and_back_in(stack, visitor):  # noqa: F811
    """03-S4"""
    before = stack.sessions()
    visitor.context.add_cookies([{"name": "sentiero_optout", "value": "1", "url": stack.site.url}])
    visitor.goto(stack.site.url)
    visitor.fill("#task", "anything")
    visitor.evaluate(HIDE)
    visitor.wait_for_timeout(500)
    assert stack.sessions() == before
    visitor.evaluate("Sentiero.optIn()")
    session = record_todo(visitor, stack)
    assert session not in before


def test_a_worker_killed_on_the_way_loses_nothing(stack, visitor, operator):  # noqa: F811
    visitor.goto(stack.site.url)
    visitor.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
    session = visitor.evaluate("Sentiero.sessionId()")
    clicks = 0
    for kill in (True, False, True):
        for _ in range(3):
            visitor.fill("#task", f"step {clicks}")
            visitor.click("button")
            clicks += 1
        if kill:
            stack.fleet.kill("worker", 0)
        flush(visitor)
        if kill:
            time.sleep(0.3)
            stack.fleet.start("worker", 0)
    stack.wait_for(
        lambda: not any(stack.redis.xlen(f"sentiero:{{0}}:ingest:{p}") for p in range(8)), "empty queue", seconds=20)
    window = next(name for name in stack.redis.hkeys(f"sentiero:{{0}}:default:windows:{session}") if ":" not in name)
    events = operator.request.get(f"/api/sessions/{session}/windows/{window}/events?cursor=&limit=1000").json()["events"]
    added = sum(len(e["data"].get("adds", [])) for e in events if e["type"] == 3 and e["data"].get("source") == 0)
    # Each click adds an element and its text.
    assert added == clicks * 2
    outcomes = stack.redis.hgetall("sentiero:{0}:outcomes")
    assert int(outcomes.get("dead", 0)) == 0 and int(outcomes.get("duplicate", 0)) == 0


def test_keys_with_personal_data_expire(stack, visitor):  # noqa: F811
    session = record_todo(visitor, stack)
    keys = [key for key in stack.redis.scan_iter("sentiero:*") if session in key]
    assert len(keys) >= 3
    assert all(stack.redis.ttl(key) > 29 * 86_400 for key in keys), {key: stack.redis.ttl(key) for key in keys}
