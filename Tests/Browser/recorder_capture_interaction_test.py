"""Links, clicks, forms and declared events: exact tags and payloads of spec 01 section 2.6, with its weak points put right."""

import pytest

FLUSH = {"flushIntervalMs": 50}


def all_of(capture, page, tag):
    """What was recorded under a tag up to now, in order."""
    count = len(capture.custom("--mark")) + 1
    page.evaluate("Sentiero.addCustomEvent('--mark')")
    capture.wait_for(lambda server: len(server.custom("--mark")) >= count, "the mark")
    return [data["payload"] for data in capture.custom(tag)]


STAY = "<script>addEventListener('click', (event) => event.preventDefault()); addEventListener('submit', (event) => event.preventDefault());</script>"

LINKS = {
    # name: (markup; what has the id `it` is clicked, what is told or None)
    "a link": ('<a id="it" href="/next?token=abc#part">  Next\n  page </a>', {"url": "{here}/next", "text": "Next page"}),
    "to another site": ('<a id="it" href="https://other.example/a?b=c">Out</a>', {"url": "https://other.example/a", "text": "Out", "external": True}),
    "an element in it": ('<a href="/next">Go <b id="it">now</b></a>', {"url": "{here}/next", "text": "Go now"}),
    "a text too long": (f'<a id="it" href="/next">{"word " * 60}</a>', {"url": "{here}/next", "text": ("word " * 20)[:99] + "…"}),
    "an address across the bound": (f'<a id="it" href="/next">{"x" * 92} a@b.co ends</a>', {"url": "{here}/next", "text": "x" * 92 + " [redac…"}),
    "no text": ('<a id="it" href="/next"><img width="5" height="5"></a>', {"url": "{here}/next"}),
    "to a part of this page": ('<a id="it" href="#part">Part</a>', None),
    "to a part, in full": ('<a id="it" href="/?page=2#part">Part</a>', None),
    "a bare number sign": ('<a id="it" href="#">Menu</a>', None),
    "an empty address": ('<a id="it" href="">Again</a>', None),
    "no address": ('<a id="it">Nothing</a>', None),
    "script": ('<a id="it" href=" JavaScript:void(0)">Run</a>', None),
    "no valid address": ('<a id="it" href="http://[">Broken</a>', None),
    "a mailbox": ('<a id="it" href="mailto:a@b.co?subject=x">Write</a>', {"url": "mailto:[redacted]", "text": "Write"}),
    "a number": ('<a id="it" href="tel:+4930123">Call</a>', {"url": "tel:+4930123", "text": "Call"}),
    "a hidden number": ('<a data-rr-mask id="it" href="tel:+4930123">Call me</a>', {"url": "tel:", "text": "**** **"}),
    "an inlined document": ('<a id="it" href="data:text/plain,hello">Save</a>', {"url": "data:", "text": "Save"}),
    "masked text": ('<div data-rr-mask><a id="it" href="/next">Ada Lovelace</a></div>', {"url": "{here}/next", "text": "*** ********"}),
    "partly masked text": ('<a id="it" href="/next">Mail to <i class="rr-mask">Ada</i></a>', {"url": "{here}/next", "text": "Mail to ***"}),
    "unmasked in masked": ('<p data-rr-mask><a id="it" href="/n">A <i data-sentiero-unmask>B</i></a></p>', {"url": "{here}/n", "text": "* B"}),
    "blocked": ('<div data-rr-block><a id="it" href="/next">Secret</a></div>', None),
    "a blocked part": ('<a id="it" href="/next">Seen <i data-rr-block>unseen</i></a>', {"url": "{here}/next", "text": "Seen"}),
    "style and script in it": ('<a id="it" href="/next">Text<style>.a {}</style><script>1</script></a>', {"url": "{here}/next", "text": "Text"}),
    "a field in it": ('<a id="it" href="/next">Text <textarea>private</textarea></a>', {"url": "{here}/next", "text": "Text *******"}),
    "in a drawing": ('<svg width="90" height="40"><a href="/next"><text id="it" y="20">Drawn</text></a></svg>', {"url": "{here}/next", "text": "Drawn"}),
    "in an old drawing": (
        '<svg width="90" height="40"><a xlink:href="https://other.example/x"><text id="it" y="20">Old</text></a></svg>',
        {"url": "https://other.example/x", "text": "Old", "external": True}),
    "an area": ('<map name="m"><area id="it" href="/next" shape="rect" coords="0,0,9,9"></map>', {"url": "{here}/next"}),
    "an operator's mask": ('<p class="private"><a id="it" href="/next">Ada</a></p>', {"url": "{here}/next", "text": "***"}),
}


@pytest.fixture
def clicked(capture, visit):
    """clicked(cases, config): a page per kind of configuration; each case is put into it, clicked, and told apart."""

    def run(cases, tag, config):
        page = visit({**FLUSH, **config}, body=f'<div id="place"></div>{STAY}')
        page.evaluate("""(markups) => {
            const place = document.getElementById('place');
            for (const [name, markup] of markups) {
                place.innerHTML = markup;
                Sentiero.addCustomEvent('--case', {name});
                place.querySelector('#it').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true, composed: true}));
            }
        }""", [[name, markup] for name, (markup, _) in cases.items()])
        all_of(capture, page, tag)
        found, name = {}, None
        for data in capture.custom():
            if data["tag"] == "--case":
                name = data["payload"]["name"]
            elif data["tag"] == tag:
                assert name not in found, f"{name}: told twice"
                found[name] = data["payload"]
        return found

    return run


def placed(payload, capture):
    return payload and {key: value.replace("{here}", capture.origin) if isinstance(value, str) else value for key, value in payload.items()}


def test_01_99_links(capture, clicked):
    """01-99"""
    found = clicked(LINKS, "navigation", {"trackNavigation": True, "recorderOptions": {"maskTextSelector": ".private, [data-rr-mask]"}})
    wrong = {name: found.get(name) for name, (_, payload) in LINKS.items() if found.get(name) != placed(payload, capture)}
    assert wrong == {}


def test_strict_masking_hides_the_text_of_links(capture, clicked):
    cases = {name: LINKS[name] for name in ("a link", "a number")}
    found = clicked(cases, "navigation", {"trackNavigation": True, "strictMasking": True})
    assert found == {"a link": {"url": capture.origin + "/next", "text": "**** ****"}, "a number": {"url": "tel:", "text": "****"}}


CLICKS = {
    "an id": ('<p id="it" class="one two">x</p>', "p#it"),
    "an icon in a button": ('<button class="buy now big"><svg width="9" height="9"><path id="it" d="M0 0h9v9z"></path></svg></button>', "button.buy.now"),
    "an icon in a link": ('<a id="home" href="/x"><svg><use id="it"></use></svg></a>', "a#home"),
    "an icon in a div that acts": ('<div role="button" class="menu"><span id="it">≡</span></div>', "div.menu"),
    "a div with a tab stop": ('<div tabindex="0" class="card"><span id="it">x</span></div>', "div.card"),
    "a div that only takes focus": ('<main tabindex="-1"><span id="it">x</span></main>', "span#it"),
    "a handler in the markup": ('<td onclick=""><b id="it">x</b></td>', "b#it"),
    "an element with a handler": ('<div class="row" onclick="0"><b id="it">x</b></div>', "div.row"),
    "nothing to act on": ('<section class="a b"><em><i><b id="it" class="c"></b></i></em></section>', "b#it"),
    "a field named id": ('<form id="it"><input name="id"></form>', "form#it"),
    "classes of a drawing": ('<svg class="icon big" width="9" height="9"><g><rect id="it"></rect></g></svg>', "rect#it"),
    "a blocked region": ('<div class="vault" data-rr-block><button id="it" class="secret">x</button></div>', "div.vault"),
    "blocked in blocked": ('<div class="vault" data-rr-block><p data-rr-block><i id="it">x</i></p></div>', "div.vault"),
    "an address as an id": ('<p id="a@b.co"><label id="it" for="a@b.co">x</label></p>', "label#it"),
}


def test_clicks_name_what_can_be_acted_on(capture, clicked):
    found = clicked(CLICKS, "__click", {"captureClicks": True})
    wrong = {name: found.get(name) for name, (_, selector) in CLICKS.items() if found.get(name) != {"selector": selector}}
    assert wrong == {}


def test_clicks_inside_components_and_on_text(capture, visit):
    page = visit({**FLUSH, "captureClicks": True, "trackNavigation": True}, body=f'<x-card></x-card><p class="t">text</p>{STAY}')
    page.evaluate("""() => {
        const root = document.querySelector('x-card').attachShadow({mode: 'open'});
        root.innerHTML = '<a href="/inside" class="more"><b>Inside</b></a>';
        const click = () => new MouseEvent('click', {bubbles: true, cancelable: true, composed: true});
        root.querySelector('b').dispatchEvent(click());
        document.querySelector('p').firstChild.dispatchEvent(click());
        document.dispatchEvent(click());
        document.documentElement.dispatchEvent(click());
    }""")
    assert [payload["selector"] for payload in all_of(capture, page, "__click")] == ["a.more", "p.t", "html"]
    assert capture.custom("navigation")[0]["payload"] == {"url": capture.origin + "/inside", "text": "Inside"}


FORMS = [
    ('<form id="login" name="in"><input name="user" value="private-value"><button>', {"name": "in", "id": "login"}),
    ('<form><input name="name" value="private-value"><input name="id" value="private-value"><button>', {}),
    ('<form name="" id=""><button>', {}),
    ('<div data-rr-block><form id="hidden"><button>', {}),
    ('<form id="a@b.co"><button>', {"id": "[redacted]"}),
]


def test_01_98_forms(capture, visit):
    """01-98"""
    page = visit({**FLUSH, "trackForms": True}, body="<div id='place'></div><script>addEventListener('submit', (event) => event.preventDefault())</script>")
    page.evaluate("history.replaceState(null, '', '/shop?token=abc')")
    for markup, _ in FORMS:
        page.evaluate("(markup) => { place.innerHTML = markup; place.querySelector('button').click(); }", markup)
    page.evaluate("document.dispatchEvent(new Event('submit')); window.dispatchEvent(new Event('submit'))")
    assert all_of(capture, page, "__form_submit") == [{**payload, "url": capture.origin + "/shop"} for _, payload in FORMS]
    assert "private-value" not in "".join(request.text for request in capture.requests)


ATTRIBUTES = [
    # attributes, event, what is told or None
    ('data-sentiero-track-click="a.b-c_9"', "click", ("a.b-c_9", {})),
    ('data-sentiero-track-click="buy" data-sentiero-data=\'{"n": 1, "who": "a@b.co"}\'', "click", ("buy", {"n": 1, "who": "[redacted]"})),
    ('data-sentiero-track-click="list" data-sentiero-data="[1, 2]"', "click", ("list", [1, 2])),
    ('data-sentiero-track-click="none" data-sentiero-data="null"', "click", ("none", None)),
    ('data-sentiero-track-click="empty" data-sentiero-data=""', "click", ("empty", {})),
    ('data-sentiero-track-change="changed"', "change", ("changed", {})),
    ('data-sentiero-track-submit="sent"', "submit", ("sent", {})),
    ('data-sentiero-track-focus="focused"', "focus", ("focused", {})),
    ('data-sentiero-track-blur="left"', "blur", ("left", {})),
    ('data-sentiero-track-click="other"', "change", None),
    ('data-sentiero-track-click=""', "click", None),
    ('data-sentiero-track-click="with space"', "click", None),
    ('data-sentiero-track-click="umläut"', "click", None),
    ('data-sentiero-track-click="line&#10;"', "click", None),
    (f'data-sentiero-track-click="{"n" * 100}"', "click", ("n" * 100, {})),
    (f'data-sentiero-track-click="{"n" * 101}"', "click", None),
    ('data-sentiero-track-click="json" data-sentiero-data="{broken"', "click", None),
    (f'data-sentiero-track-click="fits" data-sentiero-data="&quot;{"x" * 4094}&quot;"', "click", ("fits", "x" * 4094)),
    (f'data-sentiero-track-click="over" data-sentiero-data="&quot;{"x" * 4095}&quot;"', "click", None),
    ('data-sentiero-track-click="error"', "click", None),
    ('data-sentiero-track-click="navigation"', "click", None),
    ('data-sentiero-track-click="__perf"', "click", None),
]


def test_01_100_events_of_the_markup(capture, visit):
    """01-100"""
    page = visit({**FLUSH, "trackCustomEvents": True}, body='<div id="place"></div>')
    warnings = []
    page.on("console", lambda message: "[sentiero]" in message.text and warnings.append(message.text))
    page.evaluate("""(cases) => {
        for (const [attributes, type] of cases) {
            place.innerHTML = `<div ${attributes}><i id="it"></i></div>`;
            Sentiero.addCustomEvent('--case');
            document.getElementById('it').dispatchEvent(new Event(type, {bubbles: type !== 'focus' && type !== 'blur'}));
        }
        for (const type of ['focus', 'blur', 'click']) { document.dispatchEvent(new Event(type)); window.dispatchEvent(new Event(type)); }
    }""", [[attributes, type] for attributes, type, _ in ATTRIBUTES])
    all_of(capture, page, "--case")
    found, number = {}, -1
    for data in capture.custom():
        if data["tag"] == "--case":
            number += 1
        elif data["tag"] != "--mark":
            found[number] = (data["tag"], data["payload"])
    wrong = {attributes: found.get(index) for index, (attributes, _, told) in enumerate(ATTRIBUTES) if found.get(index) != told}
    assert wrong == {}
    assert [text.split(":")[1].strip() for text in warnings] == [f"{name} is a reserved name" for name in ("error", "navigation", "__perf")]


def test_off_by_default(capture, visit):
    page = visit(FLUSH, body=f'<form><a href="/x" data-sentiero-track-click="declared"><b>x</b></a><button>y</button></form>{STAY}')
    page.click("b")
    page.click("button")
    assert all_of(capture, page, "__click") == []
    assert {data["tag"] for data in capture.custom()} == {"--mark"}


@pytest.mark.parametrize("value", ["true", 1, {}, []])
def test_only_true_switches_on(capture, visit, value):
    page = visit({**FLUSH, "captureClicks": value, "trackForms": value})
    page.click("h1")
    assert all_of(capture, page, "__click") == []


def test_the_page_never_hears_of_a_failure(capture, visit):
    """Whatever the page has done to itself: its own handlers run, and no exception reaches it."""
    page = visit({**FLUSH, "captureClicks": True, "trackForms": True, "trackNavigation": True, "trackCustomEvents": True}, body=f'''
        <form><a href="/x" data-sentiero-track-click="declared"><b>x</b></a></form>{STAY}''')
    page.evaluate("""() => {
        window.heard = 0;
        addEventListener('click', () => heard++);
        Element.prototype.getAttribute = () => { throw new Error('not today'); };
        Element.prototype.matches = () => { throw new Error('not today'); };
    }""")
    page.click("b")
    assert page.evaluate("heard") == 1
