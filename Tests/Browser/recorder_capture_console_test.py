"""captureConsole: entries in the form of rrweb's console plugin, bounded, redacted, and invisible to the page (spec 06 section 2)."""

import pytest
from recorder_fixtures import hide

CONFIG = {"captureConsole": ["log", "warn", "error"], "flushIntervalMs": 50}


def entries(capture, count=1):
    def found(server):
        plugins = [event["data"] for event in server.events() if event["type"] == 6]
        return len(plugins) >= count and plugins

    result = capture.wait_for(found, f"{count} entries")
    assert {data["plugin"] for data in result} == {"rrweb/console@1"}
    assert all(set(data["payload"]) == {"level", "trace", "payload"} for data in result)
    return [data["payload"] for data in result]


def said(page, script):
    """Runs as a script of the page, and returns what the browser itself heard."""
    heard = []
    page.on("console", lambda message: heard.append((message.type, message.text)))
    page.evaluate("(text) => { const script = document.createElement('script'); script.textContent = text; document.head.append(script); }", script)
    return heard


VALUES = {
    # expression: text
    "'plain words'": "plain words",
    "42": "42",
    "undefined": "undefined",
    "null": "null",
    "true": "true",
    "10n": "10",
    "Symbol('s')": "Symbol(s)",
    "[1, 'two', [3]]": '[1,"two",[3]]',
    "({a: 1, b: {c: 'd'}})": '{"a":1,"b":{"c":"d"}}',
    "({mail: 'a@b.co', 'x@y.zz': 1})": '{"mail":"[redacted]","[redacted]":1}',
    "({password: 'hunter2', userToken: {value: 'abc'}, 'api-key': 5, Cookie: 'c', note: 'n'})":
        '{"password":"[redacted]","userToken":"[redacted]","api-key":"[redacted]","Cookie":"[redacted]","note":"n"}',
    "new Map([['k', {v: 1}]])": '[["k",{"v":1}]]',
    "new Set([1, 2])": "[1,2]",
    "new Date(0)": "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)",
    "[new Date(0)]": '["1970-01-01T00:00:00.000Z"]',
    "/a+/g": "/a+/g",
    "new URL('https://x.test/p?q=1')": "https://x.test/p",
    "function named() { return 'the source' }": "[function named]",
    "document.body": "<body>",
    "document.querySelector('#secret')": "<input#secret>",
    "document.querySelector('#secret').attributes": "[NamedNodeMap]",
    "document": "#document",
    "document.createTextNode('page text')": "#text",
    "window": "[Window]",
    "new Event('x')": "[Event]",
    "new FormData(document.querySelector('form'))": "[FormData]",
    "[document.querySelector('#secret')]": '["<input#secret>"]',
    "({'': document.querySelector('#secret')})": '{"":"<input#secret>"}',
    "(() => { const o = {}; o.self = o; o.in = {o}; return o })()": '{"self":"…","in":{"o":"…"}}',
    "(() => { const o = []; o.push(o); return o })()": '["…"]',
    "({get bad() { throw 1 }, good: 2})": "[unreadable]",
    "({toJSON() { throw 1 }})": "[unreadable]",
    "new Proxy({}, {ownKeys() { throw 1 }})": "[unreadable]",
    "({toString() { throw 1 }, n: 1n})": '{"toString":"[function toString]","n":"1"}',
    "Object.create(null)": "{}",
    "[new TypeError('inner')]": '["TypeError: inner"]',
    "Array.from({length: 2000}, () => ({}))": "[" + ",".join(["{}"] * 100) + "]",
    "'x'.repeat(2000)": "x" * 999 + "…",
    "'y'.repeat(980) + ' 4111 1111 1111 1111 ' + 'y'.repeat(5000)": "y" * 980 + " [redacted] " + "y" * 7 + "…",
}


def test_every_kind_of_value_becomes_text(capture, visit):
    page = visit(CONFIG, body='<form><input id="secret" value="hunter2"></form>')
    said(page, "".join(f"console.log({expression});" for expression in VALUES))
    found = entries(capture, len(VALUES))
    wrong = {expression: entry["payload"] for (expression, text), entry in zip(VALUES.items(), found) if entry["payload"] != [text]}
    assert wrong == {}
    everything = "".join(request.text for request in capture.requests)
    assert "hunter2" not in everything and "the source" not in everything


def test_levels_arguments_and_traces(capture, visit):
    page = visit({**CONFIG, "captureConsole": ["error", "info", "nonsense"]})
    heard = said(page, """
        console.log('not asked for'); console.warn('not asked for');
        function outer() { inner(); }
        function inner() { console.error('failed', new RangeError('far'), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10); }
        outer();
        console.info('');""")
    error, empty = entries(capture, 2)
    assert (error["level"], len(error["payload"])) == ("error", 10)
    assert error["payload"][0] == "failed" and error["payload"][1].startswith("RangeError: far\n    at inner")
    assert [frame.split(" ")[0] for frame in error["trace"][:2]] == ["inner", "outer"]
    assert not any("recorder" in frame for frame in error["trace"] + empty["trace"])
    assert (empty["level"], empty["payload"]) == ("info", [""])
    assert [kind for kind, _ in heard] == ["log", "warning", "error", "info"], "the browser hears everything as before"


def test_a_deep_trace_has_twenty_frames(capture, visit):
    page = visit(CONFIG)
    said(page, "Error.stackTraceLimit = 100; function down(n) { n ? down(n - 1) : console.log('deep') } down(60);")
    (entry,) = entries(capture)
    assert len(entry["trace"]) == 20 and all(frame.startswith("down ") for frame in entry["trace"])


def test_a_hundred_in_ten_seconds_then_a_count(capture, visit):
    page = visit(CONFIG)
    said(page, "for (let i = 0; i < 150; i++) console.log(i); console.warn('the last')")
    hide(page)
    found = entries(capture, 101)
    assert [entry["payload"] for entry in found[:100]] == [[str(number)] for number in range(100)]
    assert (found[100]["level"], found[100]["payload"]) == ("warn", ["… and 51 more"])


def test_the_page_does_not_notice(capture, visit):
    page = visit(CONFIG)
    assert page.evaluate("""() => {
        const frame = document.createElement('iframe');
        document.body.append(frame);
        const plain = frame.contentWindow.console;
        const facts = (log) => [log.name, log.length, typeof log, Object.getOwnPropertyNames(log).join(), log instanceof Function];
        return JSON.stringify(facts(console.log)) === JSON.stringify([...facts(plain.log).slice(0, 4), true]) && String(console.log).includes('[native code]');
    }""")
    results = page.evaluate("""() => {
        const log = console.log;
        log('detached');
        log.call(null, 'no this');
        console.log({get loop() { console.log('from a getter'); return 1; }});
        return 'no exception';
    }""")
    assert results == "no exception"
    found = entries(capture, 3)
    assert [entry["payload"] for entry in found] == [["detached"], ["no this"], ['{"loop":1}']]


def test_its_own_warnings_are_no_news(capture, visit):
    page = visit(CONFIG)
    page.evaluate("Sentiero.setMetadata('nonsense'); Sentiero.addCustomEvent('x', 1n); console.log('after')")
    assert [entry["payload"] for entry in entries(capture)] == [["after"]]


def test_a_console_that_throws_goes_on_throwing(capture, visit):
    page = visit(CONFIG, head="<script>console.warn = () => { throw new Error('by the page') }</script>")
    assert page.evaluate("() => { try { console.warn('x'); return 'silent' } catch (error) { return error.message } }") == "by the page"
    assert entries(capture)[0]["payload"] == ["x"]


def test_stopping_puts_everything_back(capture, visit):
    page = visit(CONFIG, head="<script>window.before = console.log; window.beforeWarn = console.warn</script>")
    assert page.evaluate("console.log !== before")
    page.evaluate("() => { const ours = console.warn; console.warn = function theirs(...args) { return ours.apply(this, args) }; Sentiero.stop(); }")
    assert page.evaluate("console.log === before && console.warn.name === 'theirs'")
    page.evaluate("console.log('late'); console.warn('late'); Sentiero.start(); console.error('again')")
    assert [entry["payload"] for entry in entries(capture)] == [["again"]]


@pytest.mark.parametrize("value", [None, False, 5, [], ["nonsense"]])
def test_off_by_default(capture, visit, value):
    page = visit({"flushIntervalMs": 50, **({} if value is None else {"captureConsole": value})}, head="<script>window.before = console.log</script>")
    page.evaluate("console.log('x'); Sentiero.addCustomEvent('last')")
    capture.wait_for(lambda server: server.custom("last"), "the event")
    assert not any(event["type"] == 6 for event in capture.events())
    assert page.evaluate("console.log === before")
