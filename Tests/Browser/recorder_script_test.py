"""That the script records at all, how it finds its configuration and its server (01-102), and what it does to its host page:
nothing."""

import json
import subprocess

import pytest

from recorder_fixtures import DIST, ROOT, recorder_bundle


def test_records_a_page_and_sends_it_compressed(capture, visit):
    page = visit(body="<h1>Hello</h1><button>Press</button>")
    page.click("button")
    capture.wait_for(lambda server: any(e["type"] == 3 for e in server.events()), "an interaction")
    request = capture.requests[0]
    assert request.headers["Content-Encoding"] == "gzip"
    assert request.headers["Content-Type"] == "application/json"
    assert request.body[:2] == b"\x1f\x8b"
    assert [event["type"] for event in capture.events()][:2] == [4, 2]
    assert set(request.json) == {"sessionId", "windowId", "batchId", "sequence", "recorder", "events"}
    assert len(request.json["batchId"]) == 12
    assert [r.json["sequence"] for r in capture.requests] == list(range(len(capture.requests)))
    assert len(request.json["recorder"]) <= 64 and "/rrweb-1.1.3-" in request.json["recorder"]
    assert page.evaluate("Sentiero.state()") == "recording"
    assert page.evaluate("Sentiero.sessionId()") == request.json["sessionId"]


@pytest.mark.parametrize("script, base, events", [
    ("/sentiero/recorder.js", "http://h.test/", "http://h.test/sentiero/events"),
    ("http://cdn.test/recorder.js?key=abc", "http://h.test/", "http://cdn.test/events?key=abc"),
    ("/sentiero/assets/recorder-1a2b.js", "http://h.test/x/", "http://h.test/sentiero/events"),
    ("/assets/recorder-1a2b.js", "http://h.test/", "http://h.test/events"),
    ("", "http://h.test/", None),
    ("blob:http://h.test/1", "http://h.test/", None),
    ("data:text/javascript,1", "http://h.test/", None),
])
def test_01_102_the_address_derived_from_the_scripts(module, script, base, events):
    assert module("config.js", "(m, [script, base]) => m.deriveEventsUrl(script, base)", [script, base]) == events


@pytest.mark.parametrize("head", ["", '<script type="application/json" id="sentiero-config">{broken</script>'])
def test_01_102_without_a_readable_element_events_go_beside_the_script(capture, visit, head):
    page = visit(False, script="/sentiero/recorder.js", head=head, body="<button>b</button>")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    capture.wait_for(lambda server: server.requests)
    assert capture.requests[0].path == "/sentiero/events"


def test_an_element_without_an_address_records_nothing(capture, visit):
    page = visit({"eventsUrl": None})
    assert page.evaluate("[Sentiero.state(), localStorage.length, document.cookie]") == ["stopped", 0, ""]


def test_01_101_a_configuration_written_safely_reads_back(module):
    """01-101"""
    page = module.page
    page.evaluate("""() => {
        const element = Object.assign(document.createElement('script'), {type: 'application/json', id: 'sentiero-config'});
        element.textContent = '{"eventsUrl":"/a\\\\u003c/script\\\\u003e\\\\u0026\\\\u2028b"}';
        document.head.append(element);
    }""")
    assert module("config.js", "(m) => m.readConfig(null).eventsUrl") == "/a</script>&\u2028b"


def test_unknown_and_odd_values_become_defaults(module):
    config = module("config.js", """(m) => m.normalizeConfig({eventsUrl: '/e', flushIntervalMs: '5', flushEventThreshold: -1, recorderOptions: [],
        crossTabSessions: null, redaction: 'x', captureMetadata: 1, respectGpc: 'off'})""")
    assert (config["flushIntervalMs"], config["flushEventThreshold"], config["recorderOptions"]) == (10_000, 50, {})
    assert (config["crossTabSessions"], config["captureMetadata"], config["respectGpc"], config["redaction"]) == (True, False, False, {})


def test_a_script_included_twice_records_once(capture, visit):
    page = visit(body='<script src="/recorder.js"></script><button>b</button>')
    page.click("button")
    capture.wait_for(lambda server: any(e["type"] == 3 for e in server.events()), "an interaction")
    assert sum(e["type"] == 2 for e in capture.events()) == 1


def test_it_adds_one_global(visit):
    page = visit()
    frame = page.evaluate_handle("document.body.appendChild(document.createElement('iframe')).contentWindow")
    added = page.evaluate("(clean) => Object.getOwnPropertyNames(window).filter((name) => !(name in clean) && isNaN(name))", frame)
    assert [name for name in added if name not in ("Sentiero", "__sentieroRecorder")] == []


def test_hostile_pages_neither_break_it_nor_hear_of_it(capture, context, visit):
    context.add_init_script("""
        Array.prototype.toJSON = function () { return 'broken'; };
        String.prototype.toJSON = function () { return 'broken'; };
        console.warn = () => { throw new Error('console'); };
        Object.defineProperty(window, 'onerror', {value: () => {}});
    """)
    page = visit(body="<p>readable</p>")
    page.evaluate("Sentiero.setMetadata(null)")
    capture.wait_for(lambda server: any("readable" in r.text for r in server.requests))
    assert page.evaluate("JSON.stringify([1])") == '"broken"'


def test_a_server_and_a_network_that_fail_are_not_the_pages_problem(capture, context, visit):
    context.add_init_script("window.fetch = () => { throw new TypeError('no network'); }; Navigator.prototype.sendBeacon = () => { throw new Error('no'); }")
    page = visit(body="<button>b</button>")
    page.click("button")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange')); window.dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(300)


def test_a_browser_that_cannot_record_says_so(context, visit):
    context.add_init_script("delete window.fetch")
    assert visit().evaluate("[Sentiero.state(), localStorage.length]") == ["unsupported", 0]


def test_recording_begins_when_the_document_is_parsed_not_when_it_has_loaded(capture, visit):
    page = visit({"flushIntervalMs": 100}, head="<script>addEventListener('load', () => Sentiero.addCustomEvent('loaded'))</script>",
                 body="<script>Sentiero.addCustomEvent('early', {ready: document.readyState})</script><img src=/x.png>")
    capture.wait_for(lambda server: server.custom("loaded"), "the load event")
    assert capture.custom("early")[0]["payload"] == {"ready": "loading"}
    order = [e["data"].get("tag") if e["type"] == 5 else e["type"] for e in capture.events()]
    assert order.index("early") < order.index(2) < order.index("loaded")
    assert page.evaluate("Sentiero.state()") == "recording"


def test_what_is_built_has_hashed_names_and_no_source_maps(built_frontend):
    manifest = json.loads((DIST / "manifest.json").read_text())
    assert {"recorder", "recorder-core", "player", "player-style"} <= manifest.keys()
    for name, file in manifest.items():
        assert (DIST / file).is_file() and file.rsplit("-", 1)[1].split(".")[0].isalnum()
        assert "sourceMappingURL" not in (DIST / file).read_text()
    assert not list(DIST.glob("*.map"))
    assert "rrwebPlayer" in (DIST / manifest["player"]).read_text()[:40]


def test_an_rrweb_of_the_operators_own_can_stand_before_our_part(capture, visit):
    core = DIST / json.loads((DIST / "manifest.json").read_text())["recorder-core"]
    own = (ROOT / "frontend/vendor/rrweb-record.js").read_text()
    # The shape of rrweb 2.x: an object that has the function.
    capture.pages["/own.js"] = own + ";rrwebRecord = {record: rrwebRecord};\n;" + core.read_text()
    page = visit(script="/own.js")
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    assert capture.requests[0].json["recorder"].endswith("/rrweb-own")
    assert page.evaluate("Sentiero.state()") == "recording"


def test_the_bundle_stays_within_its_size(built_frontend):
    bundle = recorder_bundle().read_bytes()
    compressed = subprocess.run(["brotli", "--stdout"], input=bundle, capture_output=True, check=True).stdout
    assert len(compressed) <= 32 * 1024, f"{len(compressed)} bytes of brotli"
