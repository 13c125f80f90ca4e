"""Planted secrets: hundreds of them, through a real browser and over raw HTTP, in each masking mode; then everything that is kept is searched."""

import base64
import shutil
import tempfile
import time
import urllib.error
import urllib.request

import pytest
import redis

from dashboard_fixtures import LOGIN, Installation, until
from planted_batches import INGEST_KEY, ForeignClient
from planted_page import LEVELS, PlantedPage
from planted_secrets import Plot, file_contents, redis_contents
from recorder_fixtures import CaptureServer, hide

CAPTURES = ["captureMetadata", "captureErrors", "trackNavigation", "trackCustomEvents", "captureWebVitals", "captureClicks", "trackForms", "captureNetwork"]
SETTINGS = {"SENTIERO_CAPTURE_ERRORS": "true", "SENTIERO_USER_OPT_OUT": "true", "SENTIERO_INGEST_KEYS": f"{INGEST_KEY}:default"}
PARTITIONS = 8
KEY = base64.b64encode(bytes(range(32))).decode()


class Shop(CaptureServer):
    """The recorded site: takes whatever is posted to it."""

    def post(self, handler):
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.answer(handler, 200, b"ok", "text/plain")


class Planted(Installation):
    """An installation that writes an append-only file, as a real one does."""

    def __init__(self, folder, settings):
        super().__init__(folder, settings)
        self.redis = redis.Redis(port=self.redis_port)

    def start(self):
        super().start()
        self.redis.config_set("appendonly", "yes")
        until(lambda: not self.redis.info("persistence")["aof_rewrite_in_progress"], "the append-only file")

    def drain(self):
        until(lambda: not any(self.redis.xlen(f"sentiero:{{0}}:ingest:{number}") for number in range(PARTITIONS)), "an empty queue")

    def page(self, path):
        request = urllib.request.Request(self.url + path)
        request.add_header("Authorization", "Basic " + base64.b64encode("{username}:{password}".format(**LOGIN).encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.read()

    def everything(self, append_only):
        """What is kept, logged and shown: each Redis key, the logs, the pages and what can be downloaded."""
        time.sleep(0.2)
        contents = redis_contents(self.redis)
        contents |= file_contents(self.folder, "*.log")
        contents |= self.shown()
        contents["INFO and CONFIG"] = repr((self.redis.info("all"), self.redis.slowlog_get(128))).encode()
        if append_only:
            contents |= file_contents(self.folder, "appendonlydir/*")
        return contents

    def shown(self):
        contents = {}
        for session in self.redis.zrange("sentiero:{0}:default:sessions", 0, -1):
            session = session.decode()
            for window in self.redis.hkeys(f"sentiero:{{0}}:default:windows:{session}"):
                if b":" not in window:
                    path = f"/sessions/{session}/windows/{window.decode()}"
                    contents[f"page {path}"] = self.page(path)
                    contents[f"export {path}"] = self.page(f"/api{path}/events?cursor=&limit=1000")
        for problem in self.redis.zrange("sentiero:{0}:default:problems", 0, -1):
            path = f"/issues/{problem.decode()}"
            contents[f"page {path}"] = self.page(path)
        for entry, _ in self.redis.xrange("sentiero:{0}:default:track"):
            path = f"/custom-events/0-{entry.decode()}"
            contents[f"page {path}"] = self.page(path)
        for path in ("/issues", "/custom-events", "/custom-events?source=browser"):
            contents[f"page {path}"] = self.page(path)
        contents["page /"] = self.page("/") + self.page("/?page=2")
        contents["page /maintenance"] = self.page("/maintenance")
        contents["metrics"] = self.page("/metrics")
        return contents

    def rewrite(self):
        before = self.redis.info("persistence")["aof_rewrites"]
        self.redis.bgrewriteaof()
        until(lambda: self.redis.info("persistence")["aof_rewrites"] > before and not self.redis.info("persistence")["aof_rewrite_in_progress"], "the rewrite")

    def post(self, body, headers, path):
        request = urllib.request.Request(self.url + path, data=body, headers={"Content-Type": "application/json", **headers}, method="POST")
        try:
            return urllib.request.urlopen(request, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture
def planted(built_frontend, request):
    folder = tempfile.mkdtemp(prefix="sentiero-planted-")
    server = Shop()
    running = Planted(folder, {**SETTINGS, "SENTIERO_CORS_ORIGINS": server.origin, **getattr(request, "param", {})})
    running.site = server
    try:
        running.start()
        yield running
    finally:
        running.stop()
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def configuration(installation, mode, **more):
    return {
        "eventsUrl": installation.url + "/events", "flushIntervalMs": 300, "captureConsole": LEVELS, "strictMasking": mode == "strict",
        "recorderOptions": {"maskAllInputs": mode != "open"}, **{name: True for name in CAPTURES}, **more,
    }


def visit(browser, installation, planted_page, config, prepare=lambda context, page: None):
    """Goes through the whole page as a user would, and leaves it. Returns what was sent to the events lane."""
    site = installation.site
    plot = planted_page.plot
    site.pages["/shop"] = planted_page.html(config, installation.url + "/recorder.js")
    site.pages["/before"] = "<!doctype html><title>Before</title><a href='/shop'>on</a>"
    site.pages["/answer"] = planted_page.answer
    site.pages["/boom.js"] = "null.boom"
    context = browser.new_context()
    page = context.new_page()
    prepare(context, page)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.url.startswith(installation.url + "/events") else None)
    page.goto(site.origin + plot.url("address of the page before", base="/before"))
    page.evaluate("(path) => { history.replaceState(null, '', location.href); location.href = path; }", plot.url("address of the page", base="/shop") + "#" + plot.word("fragment", ALWAYS))
    page.wait_for_function("window.Sentiero && document.readyState === 'complete'")
    if "recording" != page.evaluate("Sentiero.state()"):
        page.wait_for_timeout(300)
    page.evaluate("window.$ = (selector) => document.querySelector(selector)")
    for code in planted_page.scripts:
        page.evaluate("async (code) => { try { await (0, eval)(`(async () => {${code}})()`); } catch (error) { window.failed = (window.failed || []).concat(code + error); } }", code)
    assert not page.evaluate("window.failed"), page.evaluate("window.failed")
    for selector, text in planted_page.typed.items():
        page.focus(selector)
        page.keyboard.insert_text(text) if "number" in selector else page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.wait_for_timeout(700)
    hide(page)
    page.wait_for_timeout(300)
    # What the page's own scripts stored is theirs; names of ours are.
    installation.stored_by_recorder = page.evaluate("""[...Object.keys(localStorage), ...Object.keys(sessionStorage), ...document.cookie.split('; ')]
        .filter((name) => /^sentiero_/.test(name) && !name.startsWith('sentiero_optout'))""")
    context.close()
    return sent


ALWAYS = frozenset({"default", "strict", "open"})


def kept(contents):
    return b"\n".join(contents.values())


@pytest.mark.parametrize("mode", ["default", "strict", "open"])
def test_no_secret_a_mode_promises_to_keep_out_is_kept(browser, planted, mode):
    plot = Plot()
    page = PlantedPage(plot)
    assert visit(browser, planted, page, configuration(planted, mode))
    planted.drain()
    # The browser redacts before it sends: not even the append-only file has seen a secret.
    contents = planted.everything(append_only=True)
    nothing_leaked(plot, contents, mode)
    search_finds_what_is_there(plot, contents, mode)

    foreign = ForeignClient(plot)
    answers = [planted.post(*request) for request in foreign.requests]
    assert answers.count(200) > 60 and set(answers) <= {200, 204, 400, 401, 403, 404}, answers
    planted.drain()
    nothing_leaked(plot, planted.everything(append_only=False), mode)
    # What a foreign client sent as it was leaves the append-only file with its next rewrite.
    planted.rewrite()
    nothing_leaked(plot, planted.everything(append_only=True), mode)
    assert int(planted.redis.hget("sentiero:{0}:outcomes", "dead") or 0) == 0
    assert len({secret.core for secret in plot.secrets if mode in secret.modes}) >= 500


def nothing_leaked(plot, contents, mode):
    leaks = plot.leaks(contents, mode)
    assert not leaks, f"{len(leaks)} leaks:\n" + "\n".join(leaks)


@pytest.mark.parametrize("planted", [{"SENTIERO_ENCRYPTION_KEY": KEY}], indirect=True)
def test_with_encryption_the_append_only_file_holds_none_either(browser, planted):
    plot = Plot()
    assert visit(browser, planted, PlantedPage(plot), configuration(planted, "default"))
    foreign = ForeignClient(plot)
    for request in foreign.requests:
        planted.post(*request)
    planted.drain()
    # Not even what foreign clients sent as it was, and before any rewrite of the file.
    nothing_leaked(plot, planted.everything(append_only=True), "default")
    recorded = kept({name: content for name, content in planted.everything(append_only=True).items() if not name.startswith(("page ", "export "))})
    shown = kept(planted.shown())
    for place in ("plain text", "unmasked text", "custom event payload", "context of an error of a session", "context of an error of none"):
        assert plot.controls[place].encode() in shown, f"{place} cannot be read back"
        assert plot.controls[place].encode() not in recorded, f"{place} lies in clear"
    assert int(planted.redis.hget("sentiero:{0}:outcomes", "dead") or 0) == 0


def search_finds_what_is_there(plot, contents, mode):
    """Without this, a search that finds nothing would prove nothing."""
    text = kept(contents)
    shown = {place for place, word in plot.controls.items() if word.encode() in text}
    masked = {"plain text"} if mode == "strict" else set()
    assert shown >= set(plot.controls) - masked, set(plot.controls) - shown
    seen = [secret for secret in plot.secrets if mode not in secret.modes and secret.core.encode() in text]
    expected = {"default": 15, "strict": 0, "open": 60}[mode]
    assert len(seen) >= expected, f"only {len(seen)} of what {mode} shows was found"


@pytest.mark.parametrize("refusal", ["no consent yet", "GPC", "opt-out cookie", "consent withdrawn"])
def test_nothing_is_sent_or_kept_of_who_has_not_agreed(browser, planted, refusal):
    plot = Plot()
    page = PlantedPage(plot)
    config = configuration(planted, "default", respectGpc=True, optOutCookieName="sentiero_optout", requireConsent="consent" in refusal)
    refuse = {
        "GPC": lambda context, visited: visited.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"),
        "opt-out cookie": lambda context, visited: context.add_cookies([{"name": "sentiero_optout", "value": "1", "url": planted.site.origin}]),
        "consent withdrawn": lambda context, visited: visited.add_init_script(
            "addEventListener('DOMContentLoaded', () => { Sentiero.consent(true); Sentiero.consent(false); })"),
    }.get(refusal, lambda context, visited: None)
    asked = visit(browser, planted, page, config, refuse)
    assert asked == []
    assert planted.redis.zcard("sentiero:{0}:default:sessions") == 0
    assert int(planted.redis.hget("sentiero:{0}:outcomes", "stored") or 0) == 0
    assert planted.stored_by_recorder == []
    planted_everywhere = frozenset({"default", "strict", "open"})
    everything = Plot()
    everything.secrets = [secret.__class__(secret.place, secret.text, secret.core, planted_everywhere) for secret in plot.secrets]
    nothing_leaked(everything, planted.everything(append_only=True), "default")
