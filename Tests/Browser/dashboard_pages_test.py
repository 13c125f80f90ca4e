"""The pages for everyone: keyboard, small screens, both themes, without script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard_fixtures import change, clockwork, click, custom, snapshot, until, wait_for_player

START = 1_780_000_000_000


@pytest.fixture(scope="session")
def filled(dashboard):
    """Some sessions of every look."""
    for number in range(6):
        events = [*snapshot(START + number * 1000), click(START + number * 1000 + 500), custom(START + number * 1000 + 600, "error", {"message": "boom"}), change(START + number * 1000 + 900, "end")]
        dashboard.record(f"filled-{number}", "w1", events, metadata={"plan": "gold", "note": "x" * 200})
    for number in range(8):
        dashboard.record("filled-tabs", f"w{number}", [*snapshot(START + number), change(START + 5000 + number, "end")])
    return dashboard


PAGES = {
    "sessions": "/?per_page=8",
    "filtered": "/?search=filled&has_errors=true&since=2020-01-01",
    "unmatched": "/?search=nothingatall",
    "replay": "/sessions/filled-0/windows/w1",
    "tabs": "/sessions/filled-tabs/windows/w6",
    "maintenance": "/maintenance",
    "install": "/install",
    "install-all": "/install?chosen=1&form=json&consent=1&nonce=1&integrity=1&queue=1&error_sample=5&sample=x&version=2026.11",
    "audit": "/audit?check=1",
    "gone": "/sessions/never-there",
    "missing": "/no/such/page",
}


def settle(page, name):
    if name in ("replay", "tabs"):
        wait_for_player(page)
        page.wait_for_timeout(300)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_03_C98_no_serious_violation(filled, viewer, name, scheme):
    """03-C98"""
    page = viewer(scheme=scheme)
    page.goto(filled.url + PAGES[name])
    settle(page, name)
    # The recorded page is not ours to judge.
    result = Axe().run(page, context={"exclude": [["#replayer iframe"]]})
    serious = [item for item in result.response["violations"] if item["impact"] in ("serious", "critical")]
    assert not serious, [(item["id"], [node["html"][:200] + " " + (node["any"][0]["message"] if node["any"] else "") for node in item["nodes"]]) for item in serious]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_03_C98_the_empty_page(empty_dashboard, viewer, scheme):
    """03-C98"""
    page = viewer(scheme=scheme)
    page.goto(empty_dashboard.url + "/")
    result = Axe().run(page)
    assert not [item["id"] for item in result.response["violations"] if item["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_smaller_than_12_px(filled, viewer, name):
    page = viewer()
    page.goto(filled.url + PAGES[name])
    settle(page, name)
    small = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility() &&
        [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) && parseFloat(getComputedStyle(node).fontSize) < 12)
        .map((node) => node.outerHTML.slice(0, 120))""")
    assert small == []


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_03_C100_no_page_scrolls_sideways(filled, viewer, name, width):
    """03-C100"""
    page = viewer(width=width, height=740)
    page.goto(filled.url + PAGES[name])
    settle(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.body.scrollWidth") <= width


def test_03_C100_the_empty_page_on_a_phone(empty_dashboard, viewer):
    """03-C100"""
    page = viewer(width=360, height=740)
    page.goto(empty_dashboard.url + "/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def focused(page):
    """What has the focus, and whether one can see it."""
    return page.evaluate("""() => {
        const node = document.activeElement;
        const style = getComputedStyle(node);
        const after = getComputedStyle(node, '::after');
        return { html: node.outerHTML.slice(0, 160), isVisible: style.outlineStyle !== 'none' || after.outlineStyle !== 'none', tag: node.tagName };
    }""")


@pytest.mark.parametrize("name", ["sessions", "replay", "tabs", "maintenance", "install-all", "audit"])
def test_03_C99_every_control_is_reached_by_tab(filled, viewer, name):
    """03-C99"""
    page = viewer()
    page.goto(filled.url + PAGES[name])
    settle(page, name)
    wanted = page.evaluate("""() => {
        const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea, select, summary')]
            .filter((node) => node.checkVisibility({ checkVisibilityCSS: true }) && !node.disabled && node.tabIndex >= 0)
            // Of a group of radio buttons one is reached by Tab, the others by the arrow keys.
            .filter((node) => node.type !== 'radio' || node.checked);
        all.forEach((node, index) => { node.dataset.reach = index; });
        return all.length;
    }""")
    reached, unseen = set(), []
    for _ in range(wanted * 3 + 20):
        page.keyboard.press("Tab")
        state = page.evaluate("document.activeElement.dataset.reach")
        if state is not None:
            reached.add(state)
            at = focused(page)
            if not at["isVisible"]:
                unseen.append(at["html"])
    missing = [page.locator(f'[data-reach="{number}"]').evaluate("(node) => node.outerHTML.slice(0, 120)") for number in range(wanted) if str(number) not in reached]
    assert missing == []
    assert unseen == []


def test_03_C99_from_the_list_to_a_moment_by_keyboard_alone(filled, viewer):
    """03-C99"""
    page = viewer()
    page.goto(filled.url + "/?search=filled-2")
    page.keyboard.press("Tab")
    assert "skip-link" in focused(page)["html"]
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if "session-id" in focused(page)["html"]:
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/filled-2/windows/w1")
    wait_for_player(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert int(page.eval_on_selector("[data-seek]", "(slider) => slider.value")) == 900, "five seconds on, but not beyond the end"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    until(lambda: page.get_attribute("[data-play]", "aria-label") == "Pause" or int(page.eval_on_selector("[data-seek]", "(slider) => slider.value")) > 300, "playback")


def test_arrow_keys_walk_over_the_rows(filled, viewer):
    page = viewer()
    page.goto(filled.url + "/?search=filled")
    links = page.locator("a.session-id")
    links.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.href") == links.nth(2).evaluate("(link) => link.href")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.href") == links.nth(1).evaluate("(link) => link.href")


def test_the_whole_row_is_the_link(filled, viewer):
    page = viewer()
    page.goto(filled.url + "/?search=filled-3")
    box = page.locator("tr.row").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.62, box["y"] + box["height"] / 2)
    page.wait_for_url("**/sessions/filled-3/windows/w1")


@pytest.fixture
def question(filled, viewer):
    """question(page): the page that asks before an erasure."""

    def open_question(**options):
        page = viewer(**options)
        page.goto(filled.url + "/maintenance")
        page.fill("textarea[name=sessions]", "filled-0\n" + "a-very-long-id-" * 8)
        page.click("text=Look up sessions")
        return page

    return open_question


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_03_C98_03_C100_the_question_before_an_erasure(question, scheme):
    """03-C98, 03-C100"""
    page = question(scheme=scheme, width=360, height=740)
    assert not [item["id"] for item in Axe().run(page).response["violations"] if item["impact"] in ("serious", "critical")]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_one_row_is_deleted_after_a_question(dashboard, viewer):
    dashboard.record("victim-1", "w1", [*snapshot(START), change(START + 1, "end")])
    page = viewer()
    page.goto(dashboard.url + "/?search=victim-1")
    page.click("tr.row button")
    page.click("[data-dialog-cancel]")
    assert page.locator("a.session-id").count() == 1
    page.click("tr.row button")
    page.click("[data-dialog-confirm]")
    page.wait_for_selector(".notice")
    assert "1 recording deleted." in page.inner_text(".notice")
    assert page.url.endswith("/?search=victim-1")
    page.reload()
    assert page.locator(".notice").count() == 0


def test_several_rows_are_deleted_after_one_question(dashboard, viewer):
    for number in range(3):
        dashboard.record(f"bulk-{number}", "w1", [*snapshot(START), change(START + 1, "end")])
    page = viewer()
    page.goto(dashboard.url + "/?search=bulk-")
    assert not page.locator("[data-bulk-bar]").is_visible()
    page.check("[data-select-all]")
    assert page.inner_text("[data-bulk-count]") == "3 selected"
    page.locator('input[name="session_ids[]"]').first.uncheck()
    assert page.inner_text("[data-bulk-count]") == "2 selected"
    assert page.eval_on_selector("[data-select-all]", "(box) => box.indeterminate")
    page.click("text=Delete selected")
    assert "Delete 2 recordings?" in page.inner_text("#confirm-heading")
    page.click("[data-dialog-confirm]")
    page.wait_for_selector(".notice")
    assert "2 recordings deleted." in page.inner_text(".notice")
    assert page.locator("a.session-id").count() == 1


def test_S25_a_tab_opened_earlier_can_still_delete(dashboard, viewer):
    for number in range(2):
        dashboard.record(f"older-tab-{number}", "w1", [*snapshot(START), change(START + 1, "end")])
    first = viewer()
    first.goto(dashboard.url + "/?search=older-tab")
    second = first.context.new_page()
    second.goto(dashboard.url + "/?search=older-tab-1")
    second.click("tr.row button")
    second.click("[data-dialog-confirm]")
    second.wait_for_selector(".notice")
    first.click("tr.row:has-text('older-ta') >> nth=-1 >> button")
    first.click("[data-dialog-confirm]")
    first.wait_for_selector(".notice")
    assert "Invalid CSRF token" not in first.content()


def test_S25_deleting_the_last_tab_leads_back_to_the_list(dashboard, viewer):
    for window in ("w1", "w2"):
        dashboard.record("two-tabs-gone", window, [*snapshot(START), change(START + 1, "end")])
    page = viewer()
    page.goto(dashboard.url + "/sessions/two-tabs-gone/windows/w1")
    wait_for_player(page)
    page.click("text=Delete this tab")
    page.click("[data-dialog-confirm]")
    page.wait_for_url("**/sessions/two-tabs-gone/windows/w2")
    assert "1 tab deleted." in page.inner_text(".notice")
    wait_for_player(page)
    page.click("text=Delete recording")
    page.click("[data-dialog-cancel]")
    assert page.url.endswith("/windows/w2")
    page.click("text=Delete recording")
    page.click("[data-dialog-confirm]")
    page.wait_for_url(dashboard.url + "/")
    assert "1 recording deleted." in page.inner_text(".notice")


def test_without_script_a_page_asks(dashboard, viewer):
    dashboard.record("victim-2", "w1", [*snapshot(START), change(START + 1, "end")])
    page = viewer(script=False)
    page.goto(dashboard.url + "/?search=victim-2")
    page.click("tr.row button")
    assert "Delete this recording?" in page.inner_text("h1")
    page.click("text=Delete recording")
    assert "1 recording deleted." in page.inner_text(".notice")
    assert page.locator("a.session-id").count() == 0


def test_the_empty_page_waits_for_the_first_session(empty_dashboard, viewer):
    page = viewer()
    page.goto(empty_dashboard.url + "/")
    assert "/recorder.js" in page.inner_text("[data-snippet]")
    empty_dashboard.record("first", "w1", [*snapshot(START), change(START + 1, "end")])
    page.wait_for_selector("a.session-id", timeout=15000)


def test_the_theme_is_kept_and_painted_at_once(filled, viewer):
    page = viewer(scheme="light")
    page.goto(filled.url + "/")
    background = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    light = background()
    page.click("[data-theme-toggle]")
    page.click("[data-theme-toggle]")
    dark = background()
    assert dark != light
    page.goto(filled.url + "/maintenance")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert background() == dark
    page.click("[data-theme-toggle]")
    assert background() == light


def test_no_page_breaks_its_own_policy(filled, viewer):
    page = viewer()
    complaints = []
    page.on("console", lambda message: "Content Security Policy" in message.text and complaints.append(message.text))
    for name, path in PAGES.items():
        page.goto(filled.url + path)
        settle(page, name)
    assert complaints == []
