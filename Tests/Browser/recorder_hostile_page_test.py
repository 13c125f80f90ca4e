"""A page that breaks what the recorder stands on: it may end recording, but no exception reaches the page."""

import pytest

# Each with whether recording goes on.
PAGES = {
    "toJSON of an old library": ("Array.prototype.toJSON = Object.prototype.toJSON = function () { return 'broken'; }", True),
    "additions to Array": ("Array.prototype.last = function () { return this[this.length - 1]; }", True),
    "additions to Object": ("Object.prototype.polluted = 'yes'", True),
    "options by prototype": ("Object.prototype.sampleRate = 0; Object.prototype.requireConsent = false", True),
    "a frozen queue": ("window.Sentiero = Object.freeze({q: [['addCustomEvent', 'queued']]})", True),
    "a text as Sentiero": ("window.Sentiero = 'mine'", True),
    "calls that are none": ("window.Sentiero = {q: [null, 5, 'stop', {}, [], ['constructor'], ['__proto__', 1], [['start']]]}", True),
    "a Sentiero that cannot be set": ("Object.defineProperty(window, 'Sentiero', {value: null, writable: false})", False),
    "a console that throws": ("for (const name of ['warn', 'error', 'log']) console[name] = () => { throw new Error(name); }", True),
    "no console": ("delete window.console; window.console = undefined", True),
    "JSON that throws": ("JSON.stringify = JSON.parse = () => { throw new Error('JSON'); }", False),
    "storage that throws": ("for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = () => { throw new Error(name); }", True),
    "cookies that throw": ("Object.defineProperty(document, 'cookie', {get() { throw new Error('get'); }, set() { throw new Error('set'); }})", True),
    "random numbers that throw": ("Crypto.prototype.getRandomValues = () => { throw new Error('random'); }", False),
    "a fetch that throws": ("window.fetch = () => { throw new Error('fetch'); }", False),
    "a fetch that answers nothing": ("window.fetch = () => undefined", False),
    "a beacon that throws": ("navigator.sendBeacon = () => { throw new Error('beacon'); }", True),
    "a history that cannot be changed": ("Object.freeze(history)", True),
    "no idle callbacks": ("window.requestIdleCallback = undefined", True),
    "no CompressionStream": ("window.CompressionStream = undefined", True),
    "a CompressionStream that throws": ("window.CompressionStream = class { constructor() { throw new Error('gzip'); } }", True),
    "observers that throw": ("window.PerformanceObserver = class { constructor() { throw new Error('observer'); } }", True),
}
CONFIG = {"flushIntervalMs": 50, "captureMetadata": True, "captureErrors": True, "trackNavigation": True, "trackCustomEvents": True, "captureClicks": True,
          "trackForms": True, "captureWebVitals": True, "captureConsole": ["log"], "captureNetwork": True, "startUrls": ["*"], "stopUrls": ["/never"]}


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_sees_no_exception(capture, context, visit, name):
    script, goes_on = PAGES[name]
    page = visit(CONFIG, head=f"<script>{script}</script>", body="<button>b</button>", ready=False)
    page.wait_for_function("document.readyState === 'complete'")
    page.click("button")
    page.evaluate("""() => {
        if (!window.Sentiero || !Sentiero.addCustomEvent) return;
        Sentiero.addCustomEvent('mine', {a: 1}); Sentiero.setMetadata({b: 2}); Sentiero.state(); Sentiero.sessionId();
    }""")
    if goes_on:
        capture.wait_for(lambda server: server.custom("mine") and any(e["type"] == 2 for e in server.events()), "a recording")
        assert capture.custom("mine")[0]["payload"] == {"a": 1}
    page.wait_for_timeout(100)
    page.evaluate("() => { window.dispatchEvent(new Event('pagehide')); history.length; }")
    if goes_on:
        page.evaluate("Sentiero.consent(false); Sentiero.optOut(); Sentiero.optIn(); Sentiero.start()")


def test_hostile_payloads_are_dropped_or_written(capture, visit):
    page = visit({"flushIntervalMs": 50})
    page.evaluate("""() => {
        const fail = () => { throw new Error('trap'); };
        const trap = new Proxy({}, {get: fail, ownKeys: fail, has: fail, getOwnPropertyDescriptor: fail});
        const getter = {ok: 1, get bad() { return fail(); }};
        const deep = {}; let at = deep; for (let i = 0; i < 200000; i++) at = at.x = {};
        const revoked = Proxy.revocable({}, {}); revoked.revoke();
        let turns = 0;
        const turning = {toString: () => (turns++ ? 'error' : 'harmless')};
        for (const odd of [trap, getter, deep, revoked.proxy, {toJSON: fail}, {toString: fail}, fail, window, document, new Map([[1, 2]]), {['__proto__']: {a: 1}}]) {
            Sentiero.addCustomEvent('odd', odd); Sentiero.addCustomEvent(odd, {}); Sentiero.setMetadata(odd); Sentiero.consent.call(null);
            Sentiero.start(odd); Sentiero.q.push(odd); Sentiero.q.push(['addCustomEvent', odd, odd]);
        }
        Sentiero.consent(true);
        Sentiero.addCustomEvent(turning, {});
        Sentiero.addCustomEvent('end', JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    }""")
    capture.wait_for(lambda server: server.custom("end"), "the end")
    assert [data["tag"] for data in capture.custom() if data["tag"] == "error"] == []
    assert page.evaluate("({}).polluted") is None


RESERVED = ["error", "navigation", "__click", "__perf", "__recorder", "__form_submit", "__", "__proto__"]


@pytest.mark.parametrize("how", ["call", "queue"])
def test_reserved_tags_are_refused_aloud(capture, visit, how):
    page = visit({"flushIntervalMs": 50})
    warnings = []
    page.on("console", lambda message: warnings.append(message.text))
    page.evaluate("""([how, tags]) => { for (const tag of [...tags, 'mine', 'error2', '_x']) {
        if (how === 'call') Sentiero.addCustomEvent(tag, {}); else Sentiero.q.push(['addCustomEvent', tag, {}]); } }""", [how, RESERVED])
    capture.wait_for(lambda server: server.custom("_x"), "the last")
    assert [data["tag"] for data in capture.custom()] == ["mine", "error2", "_x"]
    assert [tag for tag in RESERVED if not any(f"tag {tag} is reserved" in text for text in warnings)] == []
