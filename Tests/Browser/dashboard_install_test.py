"""The Install page: what it makes is pasted into a page of another site, and records."""

import json
import re
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dashboard_fixtures import free_port, installation, until

NONCE = "c2VudGllcm8tdGVzdA"
PLACEHOLDER = "NONCE-OF-THIS-RESPONSE"


class Shop:
    """A site on an origin of its own. Each path serves one page, under the policy given for it."""

    def __init__(self, port):
        self.pages = {}
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body, policy = shop.pages.get(self.path, ("<!doctype html><title>none</title>", None))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *arguments):
                pass

        self.origin = f"http://127.0.0.1:{port}"
        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, path, tag, policy=None, body=""):
        self.pages[path] = (f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop</title>{tag}</head><body><h1>Shop</h1><input id=q>{body}</body>", policy)
        return self.origin + path


@pytest.fixture(scope="module")
def shop():
    shop = Shop(free_port())
    yield shop
    shop.http.shutdown()


@pytest.fixture(scope="module")
def replay(built_frontend, shop):
    """A server that takes the shop's recordings alone."""
    yield from installation(SENTIERO_CORS_ORIGINS=shop.origin)


def make(page, replay, **choices):
    """Uses the form as a person does, and returns the tag and the policy it asks for."""
    page.goto(replay.url + "/install")
    for name, value in choices.items():
        if value is True:
            page.check(f'[name="{name}"]')
        elif page.locator(f'input[type=radio][name="{name}"]').count():
            page.check(f'[name="{name}"][value="{value}"]')
        elif page.locator(f'select[name="{name}"]').count():
            page.select_option(f'[name="{name}"]', value)
        else:
            page.fill(f'[name="{name}"]', str(value))
    page.evaluate("document.activeElement?.blur()")
    with page.expect_response(lambda reply: "/install?" in reply.url and "chosen=1" in reply.url):
        page.click("text=Make the tag")
    page.wait_for_timeout(50)
    return result(page)


def result(page):
    directives = page.locator(".policy .fact").all()
    policy = {item.locator("dt").inner_text(): item.locator("dd").inner_text() for item in directives}
    return page.locator("[data-snippet]").first.inner_text(), policy


def visit(browser, url):
    """Opens a page of the shop, does something, and leaves. The session's id, and what the console said."""
    context = browser.new_context()
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.goto(url)
    page.wait_for_function("window.Sentiero && Sentiero.state && Sentiero.state() === 'recording'")
    session = page.evaluate("Sentiero.sessionId()")
    page.fill("#q", "something")
    with page.expect_response(lambda reply: "/events" in reply.url and reply.request.method == "POST"):
        page.evaluate("""Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
                         document.dispatchEvent(new Event('visibilitychange'))""")
    context.close()
    return session, complaints


def browser_window(page, replay, session):
    page.goto(f"{replay.url}/sessions/{session}")
    return page.url.split("/windows/")[1]


VARIANTS = {
    "one-line": {"form": "line"},
    "json": {"form": "json"},
    "one-line-options": {"form": "line", "metadata": True, "clicks": True, "masking": "strict", "sample": "100", "version": 'a"b&<c>\'d', "console": "warn"},
    "nonce": {"form": "line", "nonce": True, "queue": True},
    "nonce-json": {"form": "json", "nonce": True},
    "integrity": {"form": "line", "integrity": True},
    "integrity-json": {"form": "json", "integrity": True, "async": True, "queue": True},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_tag_records_from_another_origin(replay, shop, viewer, browser, name):
    choices = VARIANTS[name]
    tag, policy = make(viewer(), replay, **choices)
    assert ("integrity=" in tag) == ("integrity" in choices)
    # Exactly what the page asks for, and nothing else: the tag must get by on it.
    rules = f"default-src 'none'; script-src {policy['script-src']}; connect-src {policy['connect-src']}".replace("nonce-…", f"nonce-{NONCE}")
    url = shop.serve(f"/{name}", tag.replace(PLACEHOLDER, NONCE), rules)
    session, complaints = visit(browser, url)
    assert complaints == []
    until(lambda: replay.status_of(session) == 302, "the session")
    if name == "one-line-options":
        window = browser_window(viewer(), replay, session)
        events = json.dumps(replay.get(f"/api/sessions/{session}/windows/{window}/events"))
        assert "Shop" not in events, "strict masking came along"
        assert "****" in events
    arrived = replay.get("/api/install")
    assert arrived["accepted"]["origin"] == shop.origin


def test_another_build_than_the_one_named_does_not_run(replay, shop, viewer, browser):
    tag, _ = make(viewer(), replay, integrity=True)
    assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}" crossorigin="anonymous"', tag)
    page = browser.new_page()
    page.goto(shop.serve("/tampered", re.sub(r"sha384-....", "sha384-AAAA", tag)))
    assert page.evaluate("typeof window.Sentiero") == "undefined"
    page.close()


def test_without_its_nonce_the_tag_does_not_run(replay, shop, viewer, browser):
    tag, _ = make(viewer(), replay, nonce=True)
    page = browser.new_page()
    page.goto(shop.serve("/no-nonce", tag, f"script-src 'nonce-{NONCE}'"))
    assert page.evaluate("typeof window.Sentiero") == "undefined"
    page.close()


def test_the_page_sees_the_first_batch_and_says_why_another_was_refused(built_frontend, shop, viewer, browser):
    for replay in installation(SENTIERO_CORS_ORIGINS=shop.origin):
        page = viewer()
        page.goto(replay.url + "/install")
        page.wait_for_selector("text=Waiting for the first batch")
        tag, _ = result(page)
        visit(browser, shop.serve("/first", tag))
        page.wait_for_selector("[data-arrival].is-received", timeout=10_000)
        assert shop.origin in page.inner_text("[data-arrival-text]")
        # A site nobody named: its preflight fails, but the beacon arrives.
        stranger = Shop(free_port())
        other = browser.new_page()
        other.goto(stranger.serve("/", tag))
        other.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
        other.evaluate("""Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
                          document.dispatchEvent(new Event('visibilitychange'))""")
        page.wait_for_selector("[data-arrival-refused]:not([hidden])", timeout=10_000)
        said = page.inner_text("[data-arrival-reason]")
        assert stranger.origin in said and "SENTIERO_CORS_ORIGINS" in said
        other.close()
        stranger.http.shutdown()


def test_the_recorder_stays_within_its_weight(replay, viewer):
    served = urllib.request.urlopen(replay.url + "/recorder.js").read()
    size = len(subprocess.run(["brotli", "-c", "-q", "11"], input=served, capture_output=True, check=True).stdout)
    assert size <= 32 * 1024
    page = viewer()
    page.goto(replay.url + "/install")
    assert f"{size / 1024:.4f}"[:4] + " KB with brotli" in page.inner_text("section:has(#served-heading)")


def test_without_script_the_form_works_too(replay, viewer):
    page = viewer(script=False)
    page.goto(replay.url + "/install")
    page.check('[name="form"][value="json"]')
    page.check('[name="consent"]')
    page.click("text=Make the tag")
    tag, _ = result(page)
    assert 'id="sentiero-config"' in tag and '"requireConsent":true' in tag
    assert page.is_checked('[name="consent"]') and page.is_checked('[name="gpc"]')
    assert "recording-choice" in page.locator("[data-snippet]").nth(1).inner_text()
    assert not page.locator("[data-copy]").first.is_visible()


def test_choices_change_the_tag_at_once_and_stay_in_the_address(replay, viewer):
    page = viewer(permissions=["clipboard-read", "clipboard-write"])
    page.goto(replay.url + "/install")
    page.check('[name="errors"]')
    until(lambda: 'data-capture-errors="true"' in result(page)[0], "the new tag", timeout=10)
    page.fill('[name="sample"]', "12.5")
    page.evaluate("document.activeElement.blur()")
    until(lambda: 'data-sample-rate="0.125"' in result(page)[0], "the new tag", timeout=10)
    tag, _ = result(page)
    page.click("[data-copy] >> nth=0")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == tag
    page.reload()
    assert result(page)[0] == tag
    assert page.input_value('[name="sample"]') == "12.5"


HOSTILE = "</script><img src=x onerror=alert(1)>\"'`${7*7}{{7*7}}"


def test_03_C47_hostile_parameters_stay_text(replay, viewer):
    """03-C47"""
    page = viewer()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for name in ("version", "address", "sample", "masking", "console", "form", "chosen"):
        page.goto(f"{replay.url}/install?chosen=1&form=json&{name}={page.evaluate('(text) => encodeURIComponent(text)', HOSTILE)}")
        assert page.locator("img").count() == 0
        tag, _ = result(page)
        # As the page of a site would parse it: the tag's own elements and no other.
        parsed = page.evaluate("""(tag) => [...new DOMParser().parseFromString(tag, 'text/html').querySelectorAll('*')].map((node) => node.localName)""", tag)
        scripts = ["script"] if name in ("form", "chosen") else ["script", "script"]
        assert parsed == ["html", "head", *scripts, "body"], tag
        assert ("onerror" in tag) == (name == "version")
