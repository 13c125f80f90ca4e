"""Maintenance, erasure, legal holds and the audit log, in a real browser."""

import json
import os
import pathlib
import re
import subprocess

import pytest
import redis

from dashboard_fixtures import LOGIN, change, installation, snapshot, until, wait_for_player

START = 1_780_000_000_000
EVENTS = [*snapshot(START), change(START + 1, "end")]


@pytest.fixture(scope="module")
def office(built_frontend):
    """An installation whose sessions may all go."""
    yield from installation(SENTIERO_RETENTION_PERIOD="86400")


def notice(page):
    return page.inner_text(".notice")


def audited(office, action):
    """Entries of things done; an erasure also leaves one when it begins."""
    return [line for line in audit_lines(office) if line["action"] == action and line["detail"].get("state") != "begun"]


def audit_lines(office):
    text = (office.folder / "web.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith('{"at":')]


def exists(office, session):
    return office.total(session, "w1") > 0


def test_S32_purging_needs_consent_and_says_what_it_did_once(office, viewer):
    for number in range(3):
        office.record(f"purge-{number}", "w1", EVENTS)
    page = viewer()
    page.goto(office.url + "/maintenance")
    page.fill("input[name=date]", page.get_attribute("input[name=date]", "max"))
    page.click("text=Delete sessions")
    assert "tick the box to confirm" in notice(page)
    assert exists(office, "purge-0")
    page.fill("input[name=date]", page.get_attribute("input[name=date]", "max"))
    page.click("text=Show how many")
    assert page.inner_text("h1") == "Delete 3 sessions?"
    assert exists(office, "purge-0")
    page.click("button.button-danger")
    assert "3 recordings deleted." in notice(page)
    assert not exists(office, "purge-0")
    page.reload()
    assert page.locator(".notice").count() == 0, "said once"
    page.click("text=Run retention purge now")
    assert "0 recordings deleted." in notice(page)
    entry = until(lambda: audited(office, "erase_where"), "the audit entry")[-1]
    assert entry["result"] == "ok" and entry["detail"]["sessions"] == 3 and entry["actor"] == "demo"
    assert until(lambda: audited(office, "purge"), "the audit entry")


@pytest.mark.parametrize("script", [True, False])
def test_erasing_shows_what_would_go_asks_and_gives_a_receipt_once(office, viewer, script):
    name = f"erase-{script}"
    office.record(name, "w1", EVENTS)
    office.record(f"{name}-kept", "w1", EVENTS)
    page = viewer(script=script)
    page.goto(office.url + "/maintenance")
    page.fill("textarea[name=sessions]", f"{name}\n")
    page.click("text=Look up sessions")
    assert page.inner_text("h1") == f"Erase session {name}?"
    assert exists(office, name)
    page.check("input[name=confirm]")
    page.click("button.button-danger")
    page.wait_for_selector("[data-receipt]", timeout=40_000) if script else until(lambda: receipt_after_reload(page), "the receipt", 40)
    text = page.inner_text("[data-receipt]")
    digest = re.search(r"[0-9a-f]{64}", text).group()
    assert "1 session erased" in text
    assert not exists(office, name) and exists(office, f"{name}-kept")
    page.reload()
    assert page.locator("[data-receipt]").count() == 0, "shown once"
    entry = until(lambda: [line for line in audited(office, "erase_sessions") if line["target"] == f"session:{name}"], "the audit entry")[0]
    assert entry["detail"]["digest"] == digest and entry["detail"]["sessions"] == 1
    page.goto(office.url + f"/sessions/{name}")
    assert "erased" in page.inner_text("h1")


def receipt_after_reload(page):
    if page.locator("[data-receipt]").count():
        return True
    page.goto(page.url)
    return page.locator("[data-receipt]").count() == 1


def test_erasing_by_user_takes_exactly_that_one(office, viewer):
    office.record("of-ann", "w1", EVENTS, metadata={"userId": "ann@shop.example"})
    office.record("of-anna", "w1", EVENTS, metadata={"userId": "anna@shop.example"})
    page = viewer()
    page.goto(office.url + "/maintenance")
    page.fill("input[name=user]", "ann@shop.example")
    page.click("text=Look up user")
    assert "every session of this user" in page.inner_text("h1")
    page.check("input[name=confirm]")
    page.click("button.button-danger")
    page.wait_for_selector("[data-receipt]", timeout=40_000)
    assert "1 session erased" in page.inner_text("[data-receipt]")
    assert not exists(office, "of-ann") and exists(office, "of-anna")
    entry = until(lambda: audited(office, "erase_user"), "the audit entry")[0]
    assert re.fullmatch("user:[0-9a-f]{32}", entry["target"])
    assert "ann@" not in (office.folder / "web.log").read_text(), "the log holds nothing of what was erased"


def test_erasing_by_range_needs_a_bound_and_says_when_there_is_nothing(office, viewer):
    page = viewer()
    page.goto(office.url + "/maintenance")
    page.click("text=Look up range")
    assert "at least one bound" in notice(page)
    page.fill("input[name=until]", "2020-01-01")
    page.click("text=Look up range")
    assert "Nothing of this is stored right now." in page.inner_text("main")


def test_a_held_session_stays_until_it_is_released(office, viewer):
    office.record("dispute", "w1", EVENTS)
    page = viewer()
    page.goto(office.url + "/sessions/dispute/windows/w1")
    wait_for_player(page)
    page.click("text=Hold beyond retention")
    page.fill("input[name=reason]", "case 17 <b>")
    page.click("text=Hold session")
    assert "under legal hold" in notice(page)
    assert "case 17 <b>" in page.inner_text(".banner >> nth=0")
    assert page.locator("text=Delete recording").is_disabled()
    page.goto(office.url + "/?search=dispute")
    page.click("tr.row button")
    page.click("[data-dialog-confirm]")
    page.wait_for_selector(".notice")
    assert "legal hold" in notice(page)
    assert exists(office, "dispute")
    page.goto(office.url + "/maintenance")
    page.fill("textarea[name=sessions]", "dispute")
    page.click("text=Look up sessions")
    assert page.locator("input[name=confirm]").count() == 0, "nothing that could be erased"
    page.click("text=Back to maintenance")
    assert "case 17 <b>" in page.inner_text(".holds")
    page.click(".holds button")
    page.click("[data-dialog-confirm]")
    page.wait_for_selector(".notice")
    assert "legal hold has ended" in notice(page)
    assert page.locator(".holds").count() == 0
    until(lambda: audited(office, "release_session"), "the audit entries")
    assert [line["action"] for line in audit_lines(office) if line["target"] == "session:dispute" and line["action"] != "view_session"] == ["hold_session", "release_session"]


def test_the_audit_page_shows_filters_and_checks_the_chain(office, viewer):
    office.record("watched", "w1", EVENTS)
    page = viewer()
    page.goto(office.url + "/sessions/watched/windows/w1")
    wait_for_player(page)
    page.goto(office.url + "/maintenance")
    page.click("nav.tabs >> text=Audit log")
    until(lambda: page.reload() and "session:watched" in page.inner_text("table.log"), "the entry")
    page.select_option("select[name=action]", "view_session")
    page.click("text=Filter")
    assert set(page.locator(".log-action").all_inner_texts()) == {"View session"}
    page.click("a:has-text('session:watched') >> nth=0")
    page.wait_for_url("**/sessions/watched/windows/w1*")
    page.goto(office.url + "/audit?actor=nobody-of-this-name")
    assert "Nothing in the log matches." in page.inner_text("main")
    page.goto(office.url + "/audit")
    page.click("text=Check the chain")
    assert "The chain is intact" in page.inner_text("[data-chain]")
    client = redis.Redis(port=office.redis_port)
    client.xdel("sentiero:{0}:audit", client.xrange("sentiero:{0}:audit", count=3)[1][0])
    page.reload()
    assert "was removed" in page.inner_text("[data-chain]")


def test_03_C59_no_link_makes_the_maintenance_page_say_something(office, viewer):
    """03-C59"""
    page = viewer()
    for path in ["/maintenance?purged=987654&error=Owned&notice=Owned&receipt=Owned", "/audit?notice=Owned&check=Owned&action=Owned&before=Owned"]:
        page.goto(office.url + path)
        assert "Owned" not in page.content() and "987654" not in page.content()


API = (pathlib.Path(__file__).resolve().parents[2] / "docs/api.md").read_text()
EXAMPLES = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", API, re.DOTALL)


def shape(value):
    """Names of members, deep: values differ from run to run."""
    return {name: shape(item) for name, item in value.items()} if isinstance(value, dict) else None


def test_the_examples_of_the_api_do_as_written(office):
    assert len(EXAMPLES) == 6 and API.count("```sh") == 6
    office.record("s-1", "w1", EVENTS)
    office.record("s-2", "w1", EVENTS)
    environment = {"PATH": os.environ["PATH"], "URL": office.url, "LOGIN": "{username}:{password}".format(**LOGIN)}
    for command, expected in EXAMPLES:
        run = subprocess.run(["bash", "-ec", command], env=environment, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, (command, run.stderr)
        answer, wanted = json.loads(run.stdout), json.loads(expected)
        assert shape(answer) == shape(wanted), command
        assert answer.get("held") == wanted.get("held") and answer.get("dry_run") == wanted.get("dry_run")
        assert answer.get("receipt", {}).get("sessions") == wanted.get("receipt", {}).get("sessions")
    assert not exists(office, "s-1") and exists(office, "s-2")
