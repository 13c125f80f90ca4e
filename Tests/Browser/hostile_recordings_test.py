"""A recording is written by strangers: whatever is in it, watching it runs nothing, leads nowhere and calls nobody (03-C50, 03-S29)."""

import gzip
import json
import os
import re
import shutil
import tempfile
import urllib.request

import pytest
from playwright.sync_api import Error, TimeoutError

from dashboard_fixtures import LOGIN, installation, until
from hostile import RECORDINGS, SUBJECTS

TABS = 4
PATIENCE = 60_000
# Plays, seeks to and fro, and tells what became of the page. Never waits for a certain time, only for what must come.
DRIVE = """async (plays) => {
    const wait = async (condition, what) => {
        for (let turn = 0; turn < 1500; turn += 1) {
            if (condition()) return;
            await new Promise((resolve) => setTimeout(resolve, 25));
        }
        throw new Error(`waited in vain for ${what}`);
    };
    const find = (selector) => document.querySelector(selector);
    const frame = () => find('#replayer iframe');
    const shown = () => frame().contentDocument?.getElementById('tick')?.textContent;
    const seek = (share) => {
        const slider = find('[data-seek]');
        slider.value = String(Number(slider.max) * share);
        slider.dispatchEvent(new Event('change'));
    };
    const sandboxes = new Set();
    const look = () => { for (const each of document.querySelectorAll('iframe')) sandboxes.add(each.getAttribute('sandbox')); };
    await wait(() => frame() && find('[data-cover]').hidden && !find('[data-status]').textContent.startsWith('Loading'), 'the player');
    look();
    find('[data-speed]').value = '16';
    find('[data-speed]').dispatchEvent(new Event('change'));
    find('[data-play]').click();
    await wait(() => find('[data-play]').getAttribute('aria-label') === 'Play' || !plays, 'the end of playback');
    look();
    const played = shown();
    const slider = find('[data-seek]');
    for (const share of [0, 0.45, 1, 0.35, 0]) {
        seek(share);
        await wait(() => Math.abs(Number(slider.value) - Number(slider.max) * share) < 60 || !plays, `a seek to ${share}`);
        look();
    }
    if (plays) await wait(() => shown() === 'start', 'the beginning, as before');
    seek(1);
    if (plays) await wait(() => shown() === 'end', 'the end of the recording');
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
    look();
    const windows = [window, ...[...document.querySelectorAll('iframe')].map((each) => each.contentWindow)];
    const doc = frame().contentDocument;
    for (const each of doc ? doc.querySelectorAll('iframe, frame, object') : []) windows.push(each.contentWindow);
    const hacked = windows.map((each) => { try { return each?.hacked; } catch { return undefined; } }).filter(Boolean);
    return {
        played, hacked, sandboxes: [...sandboxes], title: document.title, polluted: Object.keys(Object.prototype).concat(({}).polluted ?? []),
        own: ['value', 'checked', 'textContent', 'scrollTop', 'currentTime', 'toString'].filter((name) => name !== 'toString' && name in {}),
        insideScripts: doc ? doc.querySelectorAll('script').length : 0, address: frame().contentWindow.location.href,
    };
}"""


@pytest.fixture(scope="module")
def hostile_dashboard(built_frontend):
    """An installation with every crafted recording in it, sent as a foreign client sends it."""
    for running in installation():
        for name, recording in RECORDINGS.items():
            request = urllib.request.Request(f"{running.url}/events", data=gzip.compress(recording.body(name, running.url)), headers={
                "Content-Type": "application/json", "User-Agent": recording.user_agent or "curl/8"})
            assert urllib.request.urlopen(request, timeout=20).status == 200, name
        for name, recording in RECORDINGS.items():
            until(lambda: running.total(name, "w1") == recording.count, f"{name} to be stored")
        yield running


class Watcher:
    """A Chromium that keeps a log of everything its network stack did: names looked up, connections, requests."""

    def __init__(self, browser, folder, home, **options):
        self.home, self.log, self.seen = home, f"{folder}/net.json", []
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        # A profile of its own and no incognito: only then does Chromium connect and look up names ahead of need.
        self.context = browser.browser_type.launch_persistent_context(
            f"{folder}/profile", executable_path=chromium, args=["--no-sandbox", f"--log-net-log={self.log}"], http_credentials=LOGIN,
            viewport={"width": 1280, "height": 900}, **options)

    def close(self):
        if self.context:
            self.context.close()
        self.context = None

    def watch(self, names):
        """Opens recordings, some side by side. Returns what was wrong, by name."""
        names, wrong = list(names), {}
        for start in range(0, len(names), TABS):
            tabs = {name: Tab(self.context.new_page(), name, self.home) for name in names[start:start + TABS]}
            for tab in tabs.values():
                tab.open()
            wrong |= {name: tab.findings() for name, tab in tabs.items()}
            self.seen += names[start:start + TABS]
        return {name: findings for name, findings in wrong.items() if findings}

    def leaks(self):
        """Names of the recordings that got anything into the network stack. Only after close."""
        log = open(self.log, errors="replace").read()
        assert self.seen and all(f"/sessions/{name}/" in log for name in self.seen), "the log does not tell of what was watched"
        return sorted(set(re.findall(r"leak-([a-z0-9-]+)", log)))


class Tab:
    """The replay page of one recording."""

    def __init__(self, page, name, home):
        self.page, self.name, self.home = page, name, home
        self.wrong = []
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        page.on("popup", lambda popup: self.wrong.append(f"a window opened: {popup.url}"))
        page.on("download", lambda download: self.wrong.append(f"a download began: {download.url}"))
        page.on("crash", lambda page: self.wrong.append("the page crashed"))
        page.on("request", self.asked)

    def asked(self, request):
        path = request.url.removeprefix(self.home)
        if request.url.startswith("data:") or path == self.path or path.startswith(("/assets/", f"/api/sessions/{self.name}/windows/w1/")) and "leak" not in path:
            return
        self.wrong.append(f"asked for {request.url}")

    @property
    def path(self):
        return f"/sessions/{self.name}/windows/w1"

    def open(self):
        self.page.goto(self.home + self.path, timeout=PATIENCE)
        plays = json.dumps(RECORDINGS[self.name].plays)
        self.page.evaluate(f"() => {{ ({DRIVE})({plays}).catch((error) => ({{failed: String(error)}})).then((state) => {{ document.documentElement.dataset.driven = JSON.stringify(state); }}); }}")

    def findings(self):
        try:
            state = json.loads(self.page.wait_for_selector("html[data-driven]", timeout=PATIENCE).get_attribute("data-driven"))
        except (TimeoutError, Error) as error:
            return [*self.wrong, f"no answer: {str(error).splitlines()[0]}"]
        finally:
            self.page.close()
        if "failed" in state:
            return [*self.wrong, state["failed"]]
        expected = {"hacked": [], "sandboxes": ["allow-same-origin"], "polluted": [], "own": [], "insideScripts": 0, "title": f"Session {self.name[:8]} · Sentiero"}
        if RECORDINGS[self.name].plays:
            expected["played"] = "end"
        self.wrong += [f"{key} is {state.get(key)!r}" for key, value in expected.items() if state.get(key) != value]
        if state["address"] not in (self.home + self.path, "about:blank"):
            self.wrong.append(f"the frame went to {state['address']}")
        if self.page.url != self.home + self.path:
            self.wrong.append(f"the page went to {self.page.url}")
        return self.wrong


@pytest.fixture
def watcher(browser, hostile_dashboard):
    """Names looked up and connections made count as well as requests: its log is read when all is closed."""
    with tempfile.TemporaryDirectory(prefix="sentiero-hostile-") as folder:
        watcher = Watcher(browser, folder, hostile_dashboard.url)
        yield watcher
        watcher.close()


def test_there_are_enough_of_them():
    assert len(RECORDINGS) >= 80


@pytest.mark.parametrize("subject", SUBJECTS)
def test_03_S29_no_recording_runs_leads_away_or_reaches_the_network(watcher, subject):
    assert watcher.watch(SUBJECTS[subject]) == {}
    watcher.close()
    assert watcher.leaks() == []


@pytest.mark.parametrize("path", ["/", "/?per_page=100", "/?per_page=100&page=2", *(f"/api/sessions/{name}/windows/w1/events{query}" for name in ("script-element", "shown-custom-events") for query in ("", "?cursor="))])
def test_03_C40_03_C48_lists_and_answers_in_json_are_harmless_to_open(watcher, path):
    """03-C40, 03-C48"""
    page = watcher.context.new_page()
    wrong = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(watcher.home + path)
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('img, svg[onload], iframe, object').length") == 0
    assert [source for source in page.eval_on_selector_all("script", "(all) => all.map((each) => each.src || each.type)") if "/assets/" not in source and source != "application/json"] == []
    page.close()
    assert wrong == []


def test_03_S29_no_recording_asks_for_anything_even_without_the_policy(browser, hostile_dashboard):
    """The policy is the second line; what is left of a recording does not need it."""
    with tempfile.TemporaryDirectory(prefix="sentiero-hostile-") as folder:
        watcher = Watcher(browser, folder, hostile_dashboard.url, bypass_csp=True)
        try:
            assert watcher.watch({**SUBJECTS["requests"], **SUBJECTS["pages"]}) == {}
        finally:
            watcher.close()
        assert watcher.leaks() == []
