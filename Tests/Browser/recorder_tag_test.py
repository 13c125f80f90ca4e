"""The one-line form of the script tag: options as data- attributes (spec 06 section 1)."""

import json

import pytest

READ = """async (m, [attributes, raw]) => {
    const { readAttributes } = await import('/modules/script-tag.js');
    const script = document.createElement('script');
    for (const [name, value] of Object.entries(attributes)) script.setAttribute('data-' + name, value);
    return m.normalizeConfig(raw, 'https://h.test/sentiero/recorder.js', 'https://h.test/', readAttributes(script));
}"""


@pytest.mark.parametrize("attributes, raw, expected", [
    ({}, None, {"eventsUrl": "https://h.test/sentiero/events", "respectGpc": True, "sampleRate": 1, "requireConsent": False}),
    ({"events-url": "/e?key=1"}, None, {"eventsUrl": "/e?key=1"}),
    ({"events-url": ""}, None, {"eventsUrl": "https://h.test/sentiero/events"}),
    ({"sample-rate": "0.1", "error-sample-rate": "1"}, None, {"sampleRate": 0.1, "errorSampleRate": 1}),
    ({"sample-rate": "50"}, None, {"sampleRate": 1}),
    ({"sample-rate": "-1", "error-sample-rate": "all"}, None, {"sampleRate": 1, "errorSampleRate": 0}),
    ({"min-duration-ms": "5000", "flush-interval-ms": "soon"}, None, {"minDurationMs": 5000, "flushIntervalMs": 10_000}),
    ({"cross-tab-sessions": "false"}, None, {"crossTabSessions": False}),
    ({"capture-metadata": "", "capture-network": "true"}, None, {"captureMetadata": True, "captureNetwork": True}),
    ({"capture-metadata": "false"}, None, {"captureMetadata": False}),
    ({"respect-gpc": "false"}, None, {"respectGpc": False}),
    ({"respect-gpc": ""}, None, {"respectGpc": True}),
    ({"require-consent": ""}, None, {"requireConsent": True}),
    ({"require-consent": "yes"}, None, {"requireConsent": True}),
    ({"require-consent": "FALSE"}, None, {"requireConsent": False}),
    ({"strict-masking": ""}, None, {"strictMasking": True}),
    ({"start-urls": "/pay*, https://x.test/*"}, None, {"startUrls": ["/pay*", "https://x.test/*"]}),
    ({"stop-urls": '["/a,b", "/c"]'}, None, {"stopUrls": ["/a,b", "/c"]}),
    ({"start-events": "go", "stop-events": "a,,b "}, None, {"startEvents": ["go"], "stopEvents": ["a", "b"]}),
    ({"capture-console": "error,warn"}, None, {"captureConsole": ["error", "warn"]}),
    ({"capture-console": ""}, None, {"captureConsole": ["error", "warn"]}),
    ({"app-version": "1.10"}, None, {"appVersion": "1.10"}),
    ({"app-version": "v" * 100}, None, {"appVersion": "v" * 64}),
    ({"opt-out-cookie-name": "0"}, None, {"optOutMarker": "0"}),
    ({"recorder-options": '{"maskAllInputs":false}'}, None, {"recorderOptions": {"maskAllInputs": False}, "strictMasking": False}),
    # What was to be hidden is not known any more: everything, then.
    ({"recorder-options": "{maskTextSelector:'.x'}"}, None, {"recorderOptions": {}, "strictMasking": True}),
    ({"redaction": '{"urlMode":"keepAll"'}, None, {"redaction": {}, "strictMasking": True}),
    ({"sample-rate": "0.1", "capture-metadata": ""}, {"eventsUrl": "/j", "sampleRate": 0.5},
     {"eventsUrl": "/j", "sampleRate": 0.5, "captureMetadata": True}),
    ({"events-url": "/e"}, {"flushIntervalMs": 1}, {"eventsUrl": "/e", "flushIntervalMs": 1, "respectGpc": False}),
    ({}, {"sampleRate": "0.1", "startUrls": "/a,/b", "appVersion": 7, "minDurationMs": -1, "stopUrls": [1, None, " /x "]},
     {"eventsUrl": None, "sampleRate": 1, "startUrls": ["/a", "/b"], "appVersion": "", "minDurationMs": 0, "stopUrls": ["/x"]}),
    ({"cfasync": "false", "turbo-track": "reload"}, None, {"eventsUrl": "https://h.test/sentiero/events"}),
])
def test_attributes_and_element_become_one_configuration(module, attributes, raw, expected):
    config = module("config.js", READ, [attributes, raw])
    assert {key: config[key] for key in expected} == expected


def tag(attributes):
    """For page_html's script: attributes after the address."""
    return '/recorder.js" ' + attributes.rstrip('"')


@pytest.mark.parametrize("attributes", ["", "async ", "defer ", 'nonce="abc" '])
def test_one_line_is_enough(capture, visit, attributes):
    policy = "script-src 'nonce-abc'" if "nonce" in attributes else "script-src 'self'"
    head = f"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {policy}; connect-src 'self'">"""
    page = visit(False, head=head, body="<p>Visible</p>", script=tag(attributes + """data-events-url="/collect?key=k" data-capture-clicks
        data-flush-interval-ms="100" data-recorder-options='{"maskTextSelector":"p"}' data-app-version="7"""))
    page.wait_for_function("Sentiero.state() === 'recording'")
    page.click("p")
    capture.wait_for(lambda server: server.custom("__click"), "a click")
    assert {request.path for request in capture.requests} == {"/collect?key=k"}
    assert "Visible" not in json.dumps([event for event in capture.events() if event["type"] == 2][0]["data"]["node"]["childNodes"][-1])


@pytest.fixture
def load(capture, tabs):
    """load(html): opens a page that is not built by page_html."""
    def open_page(html):
        capture.pages["/"] = f"<!doctype html><html><head><title>T</title>{html}</html>"
        page = tabs.new_page()
        page.goto(capture.origin + "/")
        page.wait_for_function("window.Sentiero")
        return page

    return open_page


INJECT = """<script>const tag = document.createElement('script'); tag.src = '/x/recorder.js'; Object.assign(tag.dataset, %s); document.head.append(tag);</script>"""


@pytest.mark.parametrize("dataset, path", [({}, "/x/events"), ({"eventsUrl": "/mine"}, "/mine")])
def test_a_script_put_in_by_a_script_knows_its_address_and_attributes(capture, load, dataset, path):
    load(INJECT % json.dumps({"flushIntervalMs": "100", **dataset}) + "<body><p>text</p>")
    assert capture.wait_for(lambda server: server.requests)[0].path == path


@pytest.mark.parametrize("how", ["", "async"])
def test_an_element_after_the_script_still_counts(capture, load, how):
    element = '<script type="application/json" id="sentiero-config">{"eventsUrl":"/events","requireConsent":true,"flushIntervalMs":50}</script>'
    early = "<script>Sentiero.setMetadata({a: 1}); Sentiero.addCustomEvent('early'); window.was = [Sentiero.state(), Sentiero.sessionId()];</script>"
    page = load(f'<script src="/recorder.js"></script>{early}</head><body>{element}' if not how else
                f'<script async src="/recorder.js"></script></head><body>{"<p>x</p>" * 2000}{element}')
    page.wait_for_function("document.readyState === 'complete'")
    page.wait_for_timeout(100)
    assert page.evaluate("[Sentiero.state(), localStorage.length, document.cookie]") == ["waiting", 0, ""]
    assert capture.requests == []
    if not how:
        assert page.evaluate("window.was") == ["waiting", None]


def test_calls_made_before_the_configuration_is_known_are_made_up_for(capture, load):
    page = load("""<script src="/recorder.js"></script><script>
        Sentiero.addCustomEvent('early', {a: 1}); Sentiero.setMetadata({plan: 'pro'}); Sentiero.q.push(['addCustomEvent', 'queued']);</script></head>
        <script type="application/json" id="sentiero-config">{"eventsUrl":"/events","flushIntervalMs":100}</script><body><p>text</p>""")
    capture.wait_for(lambda server: server.custom("queued"), "the calls")
    assert [data["tag"] for data in capture.custom()] == ["early", "queued"]
    assert capture.requests[0].json["metadata"] == {"plan": "pro"}
    assert page.evaluate("Sentiero.state()") == "recording"
