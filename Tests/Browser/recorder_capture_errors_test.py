"""captureErrors: what nobody caught, exactly once, in full, and never in the page's way (spec 01 section 2.6, spec 06 section 2)."""

import pytest
from recorder_fixtures import hide, page_html

CONFIG = {"captureErrors": True, "flushIntervalMs": 50}


@pytest.fixture
def troubled(capture, tabs):
    """troubled(config, body=…, head=…): a page that may throw as it likes."""

    def open_page(config=None, *, before="", **parts):
        html = page_html({**CONFIG, **(config or {})}, **parts)
        capture.pages["/"] = html.replace("<head>", f"<head>{before}", 1)
        page = tabs.new_page()
        page.goto(capture.origin + "/")
        page.wait_for_function("window.Sentiero && Sentiero.state() === 'recording'")
        return page

    return open_page


def errors(capture, count=1):
    return capture.wait_for(lambda server: len(found := server.custom("error")) >= count and found, f"{count} errors")


def in_page(page, script):
    """Runs as a file of the page, outside of the driver's own frames."""
    address = page.url + "page.js"
    page.route(address, lambda route: route.fulfill(content_type="text/javascript", body=script))
    page.add_script_tag(url=address)
    page.unroute(address)


CASES = {
    "an Error": ("throw new TypeError('boom a@b.co')", {"message": "Uncaught TypeError: boom [redacted]", "name": "TypeError"}),
    "a string": ("throw 'just words'", {"message": "Uncaught just words"}),
    "null": ("throw null", {"message": "Uncaught null"}),
    "a name of its own": ("const e = new Error('no'); e.name = 'PaymentError'; throw e", {"message": "Uncaught PaymentError: no", "name": "PaymentError"}),
    "getters that throw": (
        "throw {get stack() { throw 1 }, get name() { throw 2 }, get message() { throw 3 }, toString() { return 'odd' }}", {"message": "Uncaught odd"}),
    "members of other types": ("throw {stack: 5, name: {}, toString() { return 'odd' }}", {"message": "Uncaught odd"}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_thrown_is_told(capture, troubled, case):
    script, expected = CASES[case]
    page = troubled()
    in_page(page, f"\n{{ {script} }}")
    (data,) = errors(capture)
    payload = data["payload"]
    stack = payload.pop("stack")
    lineno, colno = payload.pop("lineno"), payload.pop("colno")
    assert payload == {"url": capture.origin + "/", "source": capture.origin + "/page.js", "handled": False, **expected}
    assert (lineno, colno > 0) == (2, True)
    assert stack == "" or (expected["name"] in stack and "recorder" not in stack)
    assert bool(stack) == ("name" in expected)


REJECTIONS = {
    "an Error": ("new RangeError('far')", {"message": "far", "name": "RangeError"}),
    "a string": ("'offline, ask a@b.co'", {"message": "offline, ask [redacted]"}),
    "nothing": ("undefined", {"message": "Unhandled Promise rejection"}),
    "a number": ("42", {"message": "Unhandled Promise rejection"}),
    "an object": ("{code: 7}", {"message": "Unhandled Promise rejection"}),
    "an object with a message": ("{message: 'from a library'}", {"message": "from a library"}),
    "an Error without message": ("new Error()", {"message": "Unhandled Promise rejection", "name": "Error"}),
    "getters that throw": ("{get message() { throw 1 }, get stack() { throw 2 }}", {"message": "Unhandled Promise rejection"}),
    "a proxy that throws": ("new Proxy({}, {get() { throw 1 }})", {"message": "Unhandled Promise rejection"}),
}


@pytest.mark.parametrize("case", REJECTIONS)
def test_rejections_are_told(capture, troubled, case):
    reason, expected = REJECTIONS[case]
    page = troubled()
    in_page(page, f"Promise.reject({reason})")
    (data,) = errors(capture)
    payload = data["payload"]
    stack = payload.pop("stack")
    assert payload == {"url": capture.origin + "/", "type": "unhandledrejection", "handled": False, **expected}
    assert bool(stack) == ("name" in expected)


def test_the_version_of_the_site_is_told(capture, troubled):
    page = troubled({"appVersion": "1.4.2"})
    in_page(page, "Promise.reject(1); throw new Error('boom')")
    assert [data["payload"]["release"] for data in errors(capture, 2)] == ["1.4.2", "1.4.2"]


def test_a_commit_id_as_version_stays(capture, troubled):
    page = troubled({"appVersion": "0123456789abcdef0123456789abcdef01234567"})
    in_page(page, "throw new Error('boom')")
    assert errors(capture)[0]["payload"]["release"] == "0123456789abcdef0123456789abcdef01234567"


def test_lines_and_columns_survive_the_query_of_a_script(capture, troubled):
    page = troubled()
    address = page.url + "app.js?v=3&user=a@b.co#part"
    page.route("**/app.js*", lambda route: route.fulfill(content_type="text/javascript", body="\n\n  const outer = () => { throw new Error('boom? at 1:2:3') };\nouter();"))
    page.add_script_tag(url=address)
    (error,) = errors(capture)
    frames = [line.strip() for line in error["payload"]["stack"].split("\n")]
    script = page.url + "app.js"
    assert frames == ["Error: boom? at 1:2:3", f"at outer ({script}:3:31)", f"at {script}:4:1"]
    assert error["payload"]["source"] == script


def test_what_is_handled_or_none_is_not_told(capture, troubled):
    page = troubled(body='<img src="/missing.png"><script src="/missing.js"></script><link rel="stylesheet" href="/missing.css">')
    in_page(page, "try { throw new Error('caught') } catch {} Promise.reject(new Error('caught too')).catch(() => {});")
    page.evaluate("document.body.dispatchEvent(new Event('error', {bubbles: true}))")
    in_page(page, "throw new Error('the only one')")
    assert [data["payload"]["message"] for data in errors(capture)] == ["Uncaught Error: the only one"]


def test_an_error_of_another_site_says_no_more_than_the_browser(capture, troubled):
    other = capture.origin.replace("127.0.0.1", "localhost")
    page = troubled()
    page.context.route(other + "/foreign.js", lambda route: route.fulfill(content_type="text/javascript", body="throw new Error('foreign')"))
    page.add_script_tag(url=other + "/foreign.js")
    (data,) = errors(capture)
    assert data["payload"] == {"url": capture.origin + "/", "message": "Script error.", "source": "", "lineno": 0, "colno": 0, "stack": "", "handled": False}


def test_an_event_without_facts_is_an_unknown_error(capture, troubled):
    page = troubled()
    page.evaluate("window.dispatchEvent(new Event('error'))")
    (data,) = errors(capture)
    assert data["payload"] == {"url": capture.origin + "/", "message": "Unknown error", "source": "", "lineno": 0, "colno": 0, "stack": "", "handled": False}


def test_errors_while_the_page_loads_are_told(capture, troubled):
    """Before `load`, before the document is parsed, and before the recorder if the page kept them."""
    keep = """<script>
        window.Sentiero = window.Sentiero || {q: []};
        for (const type of ["error", "unhandledrejection"]) addEventListener(type, (event) => Sentiero.q.push(["error", event]));
    </script><script>throw new Error("before the recorder")</script>"""
    troubled(before=keep, body="<script>throw new Error('while parsing')</script>")
    messages = [data["payload"]["message"] for data in errors(capture, 2)]
    assert messages == ["Uncaught Error: before the recorder", "Uncaught Error: while parsing"]


def test_a_loop_of_errors_is_counted(capture, troubled):
    page = troubled()
    in_page(page, "for (let i = 0; i < 40; i++) setTimeout(() => { throw new Error('again and again') }); setTimeout(() => { throw new Error('another') }, 5)")
    found = errors(capture, 6)
    page.wait_for_timeout(100)
    hide(page)
    found = errors(capture, 7)
    assert [data["payload"]["message"] for data in found] == ["Uncaught Error: again and again"] * 5 + ["Uncaught Error: another", "Uncaught Error: again and again"]
    assert [data["payload"].get("count") for data in found] == [None] * 6 + [35]


def test_lengths_are_bounded_and_no_secret_is_cut_in_half(capture, troubled):
    page = troubled()
    in_page(page, "const e = new Error('x'.repeat(1965) + ' 4111 1111 1111 1111 ' + 'y'.repeat(90000)); e.stack = 'z'.repeat(90000); Object.defineProperty(e, 'name', {get: () => new Error().stack.includes('recorder') ? 'n'.repeat(500) : 'Error'}); throw e")
    (data,) = errors(capture)
    payload = data["payload"]
    assert len(payload["message"]) == 2000 and "4111" not in payload["message"] and "[redacted]" in payload["message"]
    assert (len(payload["stack"]), len(payload["name"])) == (10_000, 100)


def test_off_by_default(capture, visit):
    page = visit({"flushIntervalMs": 50})
    page.evaluate("window.dispatchEvent(new ErrorEvent('error', {message: 'unseen'})); Sentiero.addCustomEvent('last')")
    capture.wait_for(lambda server: server.custom("last"), "the event")
    assert capture.custom("error") == []


def test_nothing_after_the_end(capture, troubled):
    page = troubled()
    page.evaluate("Sentiero.stop()")
    page.evaluate("window.dispatchEvent(new ErrorEvent('error', {message: 'late'}))")
    page.evaluate("Sentiero.start(); dispatchEvent(new ErrorEvent('error', {message: 'heard again'}))")
    assert [data["payload"]["message"] for data in errors(capture)] == ["heard again"]


@pytest.mark.parametrize("queue", ["null", "5", "{}", "[null, 7, ['error'], ['error', 5], ['error', null], {}]"])
def test_an_odd_queue_of_the_page_does_no_harm(capture, troubled, queue):
    page = troubled(before=f"<script>window.Sentiero = {{q: {queue}}}</script>")
    page.evaluate("dispatchEvent(new ErrorEvent('error', {message: 'heard'}))")
    capture.wait_for(lambda server: any(data["payload"]["message"] == "heard" for data in server.custom("error")), "the error")
