"""`sentiero demo` as a stranger uses it: visit the shop, watch the visit, kill the worker, start it again, miss nothing."""

import base64
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import pytest
import redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SENTIERO_BINARY", ROOT / ".build/debug/sentiero")


class Demo:
    def __init__(self, folder, *options):
        self.state_file = folder / "state.json"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SENTIERO_")}
        self.process = subprocess.Popen(
            [BINARY, "demo", "--port", "0", "--shop-port", "0", "--state", self.state_file, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.lines = []
        threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()
        self.wait_for(lambda: self.state_file.exists() or self.process.poll() is not None, "demo", 60)
        assert self.process.poll() is None, self.output()

    def output(self):
        return "".join(self.lines)

    @property
    def state(self):
        return json.loads(self.state_file.read_text())

    def key(self, letter):
        self.process.stdin.write(letter + "\n")
        self.process.stdin.flush()

    def store(self):
        return redis.Redis(unix_socket_path=self.state["redis"].removeprefix("unix://"), decode_responses=True, encoding="latin-1")

    def accounts(self):
        """Accepted, ended, waiting."""
        store = self.store()
        streams = [f"sentiero:{{0}}:ingest:{partition}" for partition in range(8)]
        accepted = sum(store.xinfo_stream(name)["entries-added"] for name in streams if store.exists(name))
        ended = sum(int(count) for name, count in store.hgetall("sentiero:{0}:outcomes").items() if name in ("stored", "filtered", "duplicate"))
        return accepted, ended, sum(store.xlen(name) for name in streams)

    def wait_for(self, condition, what, seconds=30):
        deadline = time.time() + seconds
        while time.time() < deadline:
            if result := condition():
                return result
            time.sleep(0.05)
        raise AssertionError(f"no {what} within {seconds} s\n{self.output()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@pytest.fixture
def start(tmp_path):
    """Starts demos; none outlives its test, however that ends."""
    demos = []

    def start(*options):
        demos.append(Demo(tmp_path, *options))
        return demos[-1]

    yield start
    for demo in demos:
        demo.stop()


@pytest.fixture
def demo(start):
    return start()


@pytest.fixture
def visitor(browser):
    """A browser of its own. Closed at the end: a page left open would go on sending to whatever demo gets the port next."""
    context = browser.new_context()
    yield context
    context.close()


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Killed and not yet waited for counts as gone.
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_visit_can_be_watched_and_a_killed_worker_loses_nothing(demo, visitor, browser):
    state = demo.state
    page = visitor.new_page()
    page.goto(state["shop"])
    page.wait_for_selector("#recording[data-state=recording]")
    watch = page.locator("#recording-watch").get_attribute("href")
    assert watch.startswith(state["dashboard"] + "/sessions/")
    page.click("text=See all gear")
    demo.wait_for(lambda: demo.accounts()[1] > 0, "stored batch")

    demo.key("k")
    demo.wait_for(lambda: "was killed by signal 9" in demo.output() and "nothing is lost" in demo.output(), "notice")
    assert "worker" not in demo.state["processes"]
    page.locator("[data-add]").first.click()
    page.goto(state["shop"] + "/cart")
    page.click("#cart-lines button[title='One more']")
    demo.wait_for(lambda: demo.accounts()[2] > 0, "waiting batch")

    demo.key("s")
    demo.wait_for(lambda: "Started worker again" in demo.output(), "restart")
    page.close()
    demo.wait_for(lambda: demo.accounts()[2] == 0, "empty queue", 60)
    accepted, ended, waiting = demo.accounts()
    assert (accepted, waiting) == (ended, 0)

    login = base64.b64encode(f"{state['user']}:{state['password']}".encode()).decode()
    viewer = browser.new_context(extra_http_headers={"Authorization": f"Basic {login}"})
    watching = viewer.new_page()
    assert watching.goto(watch).status == 200
    assert watch.rsplit("/", 1)[1] in watching.content()
    viewer.close()


def test_what_goes_wrong_in_the_shop_is_in_the_replay(demo, visitor, browser):
    state = demo.state
    page = visitor.new_page()
    page.goto(state["shop"] + "/products")
    page.wait_for_selector("#recording[data-state=recording]")
    watch = page.locator("#recording-watch").get_attribute("href")
    page.locator("main a[href^='/products/']").first.click()
    with page.expect_event("pageerror"):
        page.click("#check-stock")
    # Closing a page from outside sends nothing; leaving it does.
    page.goto("about:blank")
    page.close()
    demo.wait_for(lambda: demo.accounts()[1] > 0 and demo.accounts()[2] == 0, "empty queue", 60)
    viewer = browser.new_context(http_credentials={"username": state["user"], "password": state["password"]})
    watching = viewer.new_page()
    session = watch.split("/sessions/")[1].split("/")[0]

    def is_marked():
        watching.goto(state["dashboard"] + "/?has_errors=true")
        return watching.locator(f'a[href*="{session}"]').count() > 0

    demo.wait_for(is_marked, "the session among those with errors", 30)
    watching.goto(watch)
    watching.wait_for_selector("li.kind-error")
    labels = [" ".join(label.split()) for label in watching.locator("li.is-problem, li.is-warning").locator(".activity-label").all_inner_texts()]
    viewer.close()
    assert [label.rsplit(" ", 2)[0] if label.startswith("Request") else label for label in labels] == [
        "Request: GET 404 /stores/nearest", "Console: warn The stock service answered 404",
        "Error: Uncaught TypeError: Cannot read properties of undefined (reading 'nearest')"]


def test_saying_no_stops_recording_and_yes_begins_a_new_session(demo, visitor):
    page = visitor.new_page()
    page.goto(demo.state["shop"])
    page.wait_for_selector("#recording[data-state=recording]")
    first = page.locator("#recording-session").get_attribute("title")
    page.click("#recording-stop")
    page.wait_for_selector("#recording[data-state=opted-out]")
    page.goto(demo.state["shop"] + "/journal")
    page.wait_for_selector("#recording[data-state=opted-out]")
    assert "sentiero_sid" not in {cookie["name"] for cookie in page.context.cookies()}
    page.click("#recording-start")
    page.wait_for_selector("#recording[data-state=recording]")
    assert page.locator("#recording-session").get_attribute("title") not in ("", first)


def test_nothing_outlives_it(start):
    demo = start()
    processes = demo.state["processes"]
    folder = pathlib.Path(demo.state["redis"].removeprefix("unix://")).parent
    assert set(processes) == {"redis", "web", "worker"} and all(map(alive, processes.values()))
    assert demo.stop() == 0
    assert not any(map(alive, processes.values()))
    assert not folder.exists() and not demo.state_file.exists()


def test_children_die_with_a_killed_parent(start):
    demo = start()
    processes = demo.state["processes"]
    folder = pathlib.Path(demo.state["redis"].removeprefix("unix://")).parent
    demo.process.kill()
    demo.process.wait()
    demo.wait_for(lambda: not any(map(alive, processes.values())), "end of the children")
    # The next demo takes away what this one could not.
    demo.state_file.unlink()
    assert start().stop() == 0
    assert not folder.exists()


def test_kept_data_is_there_the_next_time(start, tmp_path, visitor):
    kept = tmp_path / "kept"
    demo = start("--keep", kept)
    page = visitor.new_page()
    page.goto(demo.state["shop"])
    demo.wait_for(lambda: demo.accounts()[1] > 0, "stored batch")
    page.close()
    assert demo.stop() == 0
    assert str(kept) in demo.output()
    demo = start("--keep", kept)
    assert demo.store().zcard("sentiero:{0}:default:sessions") == 1
    assert demo.stop() == 0


def test_03_S8_03_S9_what_breaks_is_an_issue_one_click_from_the_moment_before(demo, visitor, browser):
    """03-S8, 03-S9, in the page and on the server: seen, replayed, resolved; broken again, and open again."""
    state = demo.state
    page = visitor.new_page()
    viewer = browser.new_context(http_credentials={"username": state["user"], "password": state["password"]})
    desk = viewer.new_page()

    def break_page():
        page.goto(state["shop"] + "/products/ridgeline-tent")
        page.wait_for_selector("#recording[data-state=recording]")
        with page.expect_event("pageerror"):
            page.click("#check-stock")
        page.goto("about:blank")

    def break_server():
        page.goto(state["shop"] + "/cart")
        page.wait_for_selector("#recording[data-state=recording]")
        page.click("text=Redeem")
        page.wait_for_selector("text=That did not work")
        assert page.locator("#see-issue").get_attribute("href").startswith(state["dashboard"])
        page.goto("about:blank")

    def issue(text):
        desk.goto(state["dashboard"] + "/issues")
        return desk.locator("tr[data-issue]", has_text=text).locator(".issue-link").count() == 1

    for break_it, text, entry in [
        (break_page, "Cannot read properties of undefined", "li.kind-error"),
        (break_server, "The ledger of gift cards is closed", "li:has-text('ledger of gift cards')"),
    ]:
        break_it()
        demo.wait_for(lambda: issue(text), f"issue of {text}", 30)
        desk.locator("tr[data-issue]", has_text=text).locator(".issue-link").click()
        address = desk.url
        assert desk.inner_text("[data-status]") == "open"
        assert "spring-collection" in desk.inner_text("main")
        moment = desk.locator(".occurrence-replay").first.get_attribute("href")
        assert "/windows/" in moment and "?t=" in moment
        desk.goto(address.split("/issues/")[0] + moment)
        desk.wait_for_selector("iframe")
        desk.wait_for_selector(entry)

        desk.goto(address)
        desk.click("main button:has-text('Resolve')")
        assert desk.inner_text("[data-status]") == "resolved"
        break_it()

        def is_back():
            desk.goto(address)
            return desk.inner_text("[data-status]") == "open"

        demo.wait_for(is_back, "the reopened issue", 30)
        assert desk.locator("text=Came back").count() == 1
        assert "2" in desk.inner_text(".issue-pills")
    desk.goto(state["dashboard"] + "/custom-events")
    assert "product_viewed: price" in desk.inner_text("main"), "what the shop's server tracks is summed"
    viewer.close()
