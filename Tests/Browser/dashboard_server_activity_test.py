"""What servers reported, beside the replay: the list, the marks of the timeline, the card and its filters, the links to moments."""

import json
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard_fixtures import change, snapshot, until, wait_for_player

START = 1_780_000_000_000
MARKUP = "<img src=x onerror=top.hacked=1>"


def report(dashboard, lane, **members):
    request = urllib.request.Request(
        f"{dashboard.url}/{lane}", json.dumps(members).encode(), {"Authorization": "Bearer s3cret", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.loads(reply.read())


@pytest.fixture(scope="module")
def reported(dashboard):
    """A minute of one tab; the server threw at 0:20, warned at 0:30, and sold something at 0:40. Another session was only reported."""
    dashboard.record("reported", "w1", [*snapshot(START), *[change(START + at, f"at {at}") for at in range(1000, 61_000, 1000)]])
    for session in ("reported", "unrecorded"):
        report(
            dashboard, "errors", exception_class="KeyError", message=f"no {MARKUP}", backtrace=["app/cart.rb:1:in `find'"], session_id=session,
            window_id="w1", timestamp=START / 1000 + 20, context={"request": {"path": "/cart"}})
        report(dashboard, "track", name="slow", level="warn", session_id=session, timestamp=START / 1000 + 30)
        report(dashboard, "track", name="sold", session_id=session, timestamp=START / 1000 + 40, payload={"what": MARKUP})
    return dashboard.url


def opened(page, address, rows=3):
    def arrived():
        page.goto(address)
        return page.locator(".server-row").count() == rows

    until(arrived, "the worker to store the reports")
    return page


def position(page):
    return int(page.eval_on_selector("[data-seek]", "(slider) => slider.value"))


def mark(page, share):
    """Colour of the timeline at a share of its length."""
    return page.evaluate("""share => {
      const map = document.querySelector("[data-seek-map]");
      const [r, g, b] = map.getContext("2d").getImageData(Math.round(map.width * share) + 1, 2, 1, 1).data;
      return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    }""", share)


def accessible(page):
    result = Axe().run(page, context={"exclude": [["#replayer iframe"]]})
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_03_C66_03_C67_the_list_the_marks_and_the_card(reported, viewer):
    """03-C66, 03-C67, 03-C69"""
    page = opened(viewer(), f"{reported}/sessions/reported?t={START + 10_000}")
    wait_for_player(page)
    until(lambda: abs(position(page) - 10_000) <= 100, "the moment of the address")
    assert page.get_attribute("[data-play]", "aria-label") == "Play"
    until(lambda: page.inner_text("[data-status]") == "Paused at 0:10", "its announcement")

    page.click("[data-kind=server]")
    labels = [" ".join(label.split()) for label in page.locator(".activity-label").all_inner_texts()]
    assert labels == [f"Server: exception KeyError: no {MARKUP}", "Server: warn slow", "Server: info sold"]
    assert page.evaluate("window.hacked") is None
    assert [mark(page, second / 60) for second in (20, 30, 40)] == ["#b91c1c", "#7c3aed", "#7c3aed"]
    page.locator(".activity-entry").first.click()
    until(lambda: abs(position(page) - 20_000) <= 100, "the exception's moment")
    page.locator(".activity-more").first.click()
    assert page.get_attribute(".activity-details a", "href").startswith("/issues/")
    page.click("[data-kind=error]")
    assert page.locator(".activity-entry").count() == 1

    rows = page.locator(".server-row:visible")
    titles = lambda: [" ".join(text.split()) for text in rows.locator(".server-title").all_inner_texts()]
    assert titles() == ["sold", "slow", f"KeyError no {MARKUP}"]
    page.select_option("[data-server-level]", "error")
    assert titles() == [f"KeyError no {MARKUP}"]
    assert page.inner_text("[data-server-summary]") == "1 of 3"
    page.focus("[data-server-show=event]")
    page.keyboard.press("Enter")
    assert titles() == [] and page.inner_text("[data-server-none]") == "None of this kind."
    page.select_option("[data-server-level]", "")
    assert titles() == ["sold", "slow"]
    page.click("[data-server-show=all]")
    rows.locator("summary").first.click()
    assert MARKUP in rows.locator("pre").first.inner_text()

    # Ten seconds before, without leaving the page.
    page.evaluate("window.stayed = true")
    page.locator("a[data-moment]").last.click()
    until(lambda: abs(position(page) - 10_000) <= 100, "the moment before the exception")
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("scheme, width, script", [("dark", 360, True), ("light", 1280, False)])
def test_server_activity_for_everyone(reported, viewer, scheme, width, script):
    page = opened(viewer(scheme=scheme, width=width, script=script), f"{reported}/sessions/reported/windows/w1")
    if not script:
        assert page.locator(".server-row:visible").count() == 3 and not page.is_visible("[data-server-filters]")
        return
    wait_for_player(page)
    accessible(page)
    opened(page, f"{reported}/sessions/unrecorded")
    assert page.inner_text("h2 >> nth=0") == "No recording here"
    page.click("[data-server-show=exception]")
    assert page.locator(".server-row:visible").count() == 1
    accessible(page)
