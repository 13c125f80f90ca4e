"""Drawings that use drawings: those of ordinary pages show, those without end do not stop the viewer's tab."""

import json

import pytest

from hostile import SUBJECTS
from hostile.builder import Recording, added, attributes, el, svg
from hostile.drawings import uses
from replay_sanitize_test import ORIGIN, blank  # noqa: F401

PATIENCE = 30_000
# The dashboard's own player, fed as the dashboard feeds it. Tells how many references are left of how many after layout.
SHOW = """([events]) => { (async () => {
    const {Sanitizer} = await import('/dashboard/replay/sanitize/sanitize.js');
    const {Player} = await import('/dashboard/replay/player.js');
    const clean = new Sanitizer([]).events(events);
    const player = new Player(document.body.appendChild(document.createElement('div')), {events: clean}, {width: 800, height: 600});
    await new Promise((resolve) => setTimeout(resolve, 50));
    const doc = () => player.replayer.iframe.contentDocument;
    const seen = [];
    for (const offset of [100, 950, 100, 950]) {
        player.goto(offset, false);
        doc().documentElement?.getBoundingClientRect();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
        const all = [...doc().querySelectorAll('use')];
        const box = (use) => { const {width, height} = use.getBoundingClientRect(); return [width, height].map(Math.round); };
        seen.push({uses: all.length, linked: all.filter((use) => use.href.baseVal).length, boxes: all.map(box), tick: doc().getElementById('tick')?.textContent});
    }
    return seen;
})().catch((error) => ({failed: String(error)})).then((seen) => { document.documentElement.dataset.seen = JSON.stringify(seen); }); }"""


@pytest.fixture
def page(blank):  # noqa: F811
    """One of its own: a page that hangs must not take the next test with it."""
    page = blank.context.new_page()
    page.goto(ORIGIN + "/blank")
    yield page
    page.close()


def shown(page, recording):
    """What is seen before the changes, after them, before them again, after them again."""
    page.evaluate(SHOW, [recording.events])
    seen = json.loads(page.wait_for_selector("html[data-seen]", state="attached", timeout=PATIENCE).get_attribute("data-seen"))
    assert isinstance(seen, list), seen
    return seen


@pytest.mark.parametrize("name", SUBJECTS["drawings"])
def test_no_drawing_stops_the_tab(page, name):
    recording = SUBJECTS["drawings"][name]
    seen = shown(page, recording)
    if recording.plays:
        assert [state["tick"] for state in seen] == ["start", "end", "start", "end"]


def symbol(name, *children):
    return svg("symbol", {"id": name, "viewBox": "0 0 10 10"}, *(children or [svg("path", {"d": "M0 0h10v10h-10z"})]))


def icon(name, attribute="href"):
    return svg("svg", {"width": "20", "height": "20"}, svg("use", {attribute: f"#{name}"}))


SPRITE = [symbol("cart"), symbol("star", svg("path", {"d": "M0 0h10v10h-10z"}), *uses("cart", 1)), symbol("\u00e4 1"), symbol("twice", *uses("star", 2))]
ICONS = [icon("cart"), icon("star", "xlink:href"), icon("%C3%A4%201"), icon("twice")]


def test_icons_of_a_snapshot_show(page):
    for state in shown(page, Recording(svg("svg", {"width": "0", "height": "0"}, *SPRITE), *ICONS)):
        assert state["uses"] == state["linked"] == 7
        assert state["boxes"][-4:] == [[20, 20]] * 4


def test_icons_that_were_added_show(page):
    before, after, again, last = shown(page, Recording(then=[added(*ICONS), added(svg("svg", {"width": "0", "height": "0"}, *SPRITE), at=350)]))
    assert before["uses"] == again["uses"] == 0
    for state in (after, last):
        assert state["uses"] == state["linked"] == 7 and state["boxes"].count([20, 20]) == 4


def test_an_icon_that_changes_shows(page):
    changing = icon("nothing")
    before, after, *_ = shown(page, Recording(svg("svg", {"width": "0", "height": "0"}, *SPRITE), changing, then=[attributes(changing["childNodes"][0], {"href": "#cart"})]))
    assert (before["boxes"][-1], after["boxes"][-1]) == ([0, 0], [20, 20])


def test_a_page_full_of_icons_keeps_them(page):
    cells = [el("span", {}, icon("star")) for _ in range(1200)]
    for state in shown(page, Recording(svg("svg", {"width": "0", "height": "0", "id": "sprite"}, *SPRITE), *cells)):
        assert state["linked"] == 1203 and state["boxes"][-1] == [20, 20]


def test_icons_show_beside_a_drawing_without_end(page):
    endless = SUBJECTS["drawings"]["uses-nested"].events[1]["data"]["node"]["childNodes"][1]["childNodes"][1]["childNodes"][1]
    state = shown(page, Recording(endless, svg("svg", {"width": "0", "height": "0"}, *SPRITE), *ICONS))[0]
    assert state["linked"] < state["uses"] and state["boxes"][-4:] == [[20, 20]] * 4
