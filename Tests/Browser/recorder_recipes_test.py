"""The recipes of docs/consent.md, as they stand there, in a real browser: nothing before the yes, a recording after it."""

import re

import pytest

from recorder_fixtures import ROOT, hide

DOCUMENT = (ROOT / "docs/consent.md").read_text()
RECIPES = dict(re.findall(r"<!-- recipe: ([a-z-]+) -->\n```(?:html|js)\n(.*?)```", DOCUMENT, re.S))
TAG = '<script src="https://replay.example/recorder.js" data-events-url="https://replay.example/events"></script>'


@pytest.fixture
def asked(tabs):
    """Requests of every page of the test, beacons included."""
    requests = []
    tabs.on("request", lambda request: requests.append((request.method, request.url)))
    yield requests


@pytest.fixture
def open_recipe(capture, tabs):
    problems = []

    def open_page(*parts, path="/", gpc=False, before=""):
        html = "\n".join(parts).replace("https://replay.example", capture.origin)
        capture.pages[path] = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Shop</title>{before}</head><body><h1>Shop</h1><input id=q>{html}</body></html>"
        page = tabs.new_page()
        page.on("pageerror", lambda error: problems.append(error))
        if gpc:
            page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
        page.goto(capture.origin + path)
        return page

    yield open_page
    assert not problems, f"the page saw exceptions: {problems}"


def use(page):
    """Somebody uses the page, goes away and comes back."""
    page.fill("#q", "something private")
    page.mouse.move(50, 60)
    hide(page)
    page.wait_for_timeout(300)


def traces(page):
    found = page.evaluate(RECIPES["check"])
    return found["requests"] + found["stored"] + found["cookies"]


def posts(asked):
    return [url for method, url in asked if method == "POST"]


def test_every_recipe_was_found():
    assert set(RECIPES) == {"banner", "withdraw", "deferred", "opt-out", "check"}


def test_banner_nothing_before_the_yes_a_recording_after_it(capture, open_recipe, asked):
    page = open_recipe(RECIPES["banner"])
    use(page)
    assert page.is_visible("#recording-choice")
    assert traces(page) == [] and posts(asked) == [] and capture.requests == []
    assert page.evaluate(RECIPES["check"])["state"] == "waiting"
    page.click("text=Yes")
    page.wait_for_function("Sentiero.state() === 'recording'")
    use(page)
    capture.wait_for(lambda server: server.batches(), "a batch")
    assert "something private" not in "".join(request.text for request in capture.requests)
    assert not page.is_visible("#recording-choice")
    # The next page neither asks nor waits.
    again = open_recipe(RECIPES["banner"], path="/next")
    again.wait_for_function("Sentiero.state() === 'recording'")
    assert not again.is_visible("#recording-choice")


def test_banner_no_is_remembered_and_nothing_sent(capture, open_recipe, asked):
    page = open_recipe(RECIPES["banner"])
    page.click("text=No")
    use(page)
    again = open_recipe(RECIPES["banner"], path="/next")
    use(again)
    assert not again.is_visible("#recording-choice")
    assert traces(again) == [] and posts(asked) == []


def test_banner_is_not_shown_under_gpc(open_recipe, asked):
    page = open_recipe(RECIPES["banner"], gpc=True)
    use(page)
    assert not page.is_visible("#recording-choice")
    assert traces(page) == [] and posts(asked) == []
    assert page.evaluate("Sentiero.state()") == "opted-out"


def test_withdrawing_stops_and_forgets(capture, open_recipe, asked):
    page = open_recipe(RECIPES["banner"], RECIPES["withdraw"])
    page.click("text=Yes")
    page.wait_for_function("Sentiero.state() === 'recording'")
    use(page)
    capture.wait_for(lambda server: server.batches(), "a batch")
    page.click("#recording-withdraw")
    assert page.evaluate("Sentiero.state()") == "waiting"
    sent = len(posts(asked))
    use(page)
    assert len(posts(asked)) == sent
    found = page.evaluate(RECIPES["check"])
    assert found["stored"] == [] and found["cookies"] == []


def test_deferred_does_not_even_load_the_script(capture, open_recipe, asked):
    page = open_recipe(RECIPES["deferred"])
    use(page)
    assert [url for _, url in asked if "recorder" in url or "events" in url] == []
    assert page.evaluate(RECIPES["check"]) == {"requests": [], "stored": [], "cookies": [], "state": "not loaded"}
    page.click("#recording-yes")
    page.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
    use(page)
    capture.wait_for(lambda server: server.batches(), "a batch")
    again = open_recipe(RECIPES["deferred"], path="/next")
    again.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")


def test_opt_out_stops_and_lasts_until_it_is_taken_back(capture, open_recipe, asked):
    page = open_recipe(TAG, RECIPES["opt-out"])
    page.wait_for_function("Sentiero.state() === 'recording'")
    assert page.inner_text("#recording-status") == "Your visits may be recorded."
    page.click("#recording-toggle")
    assert page.inner_text("#recording-status") == "Your visits are not recorded."
    sent = len(posts(asked))
    again = open_recipe(TAG, RECIPES["opt-out"], path="/next")
    use(again)
    assert again.inner_text("#recording-status") == "Your visits are not recorded."
    assert len(posts(asked)) == sent
    again.click("#recording-toggle")
    again.wait_for_function("window.Sentiero && Sentiero.state && Sentiero.state() === 'recording'")
