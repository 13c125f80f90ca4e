"""The page a visit of the planted secrets goes through: its markup, what its scripts do, what its user does."""

import json

TEXT_KINDS = ["text", "email", "tel", "search", "url", "hidden", "whatever"]
NEVER_SHOWN = ["current-password", "new-password", "one-time-code", "cc-number", "cc-csc", "cc-exp"]
MASKABLE_ATTRIBUTES = ["title", "alt", "placeholder", "aria-label", "label"]
LEVELS = ["log", "info", "warn", "error", "debug"]


class PlantedPage:
    """`html` to serve, then `scripts` to run one after another, `typed` to enter (selector → text)."""

    def __init__(self, plot):
        self.plot = plot
        self.scripts = []
        self.typed = {}
        self.body = []
        self.head = []
        for part in (
            self.document, self.fields, self.secret_fields, self.choices, self.editable, self.masked, self.blocked, self.shadow_and_frames,
            self.text, self.browser_state, self.custom_events, self.metadata, self.errors, self.console, self.network, self.links,
        ):
            part()

    def run(self, code):
        self.scripts.append(code)

    def document(self):
        word = self.plot.word
        everywhere = ("default", "strict", "open")
        always = frozenset(everywhere)
        self.head += [
            f"<meta name='csrf-token' content='{word('CSRF token in meta', always)}'>",
            f"<script type='application/json'>{json.dumps({'s': word('JSON island', always)})}</script>",
            f"<script>window.inline = '{word('inline script', always)}';</script>",
            f"<!-- {word('comment in head', always)} -->",
        ]
        self.title = word("page title", frozenset({"strict"}))
        self.body += [
            f"<!-- {word('comment in body', always)} -->",
            f"<noscript><p>{word('noscript text', always)}</p><input value='{word('noscript input', always)}'></noscript>",
            f"<p>{self.plot.control('plain text')}</p>",
            # rrweb makes relative addresses absolute with the page's own query.
            "<div style='background:url(img.png)'></div><style>.q{background:url(bg.png)}</style><svg><use href='#icon'></use></svg>",
        ]

    def fields(self):
        word = self.plot.word
        for kind in TEXT_KINDS:
            for how in ("prefilled", "set", "attribute", "typed"):
                if how == "typed" and kind == "hidden":
                    continue
                name = f"{kind}-{how}"
                secret = word(f"input {kind}, {how}")
                prefilled = f" value='{secret}'" if how == "prefilled" else ""
                self.body.append(f"<input type='{kind}' id='{name}'{prefilled}>")
                if how == "set":
                    self.run(f"$('#{name}').value = '{secret}'")
                elif how == "attribute":
                    self.run(f"$('#{name}').setAttribute('value', '{secret}')")
                elif how == "typed":
                    self.typed[f"#{name}"] = secret
        for number in range(3):
            secret = self.plot.card(f"number input {number}", frozenset({"default", "strict"}))
            self.body.append(f"<input type='number' id='number-{number}' value='{secret if number == 0 else ''}'>")
            if number:
                self.typed[f"#number-{number}"] = secret
        for number in range(4):
            area = f"area-{number}"
            self.body.append(f"<textarea id='{area}'>{word('textarea, prefilled') if number < 2 else ''}</textarea>")
            self.run(f"$('#{area}').{'value' if number % 2 else 'textContent'} = '{word('textarea, changed')}'")
            self.typed[f"#{area}"] = word("textarea, typed")
        # A field that comes later, as rrweb's mutations see it.
        for number in range(6):
            self.run(f"document.body.insertAdjacentHTML('beforeend', \"<input value='{word('input added later')}'><textarea>{word('textarea added later')}</textarea>\")")

    def secret_fields(self):
        """Never shown, whatever is set: not even where everything is unmasked."""
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        inside = []
        for kind in NEVER_SHOWN + ["password"]:
            for how in ("prefilled", "set", "attribute", "typed"):
                name = f"never-{kind}-{how}"
                secret = word(f"{kind}, {how}, unmasked", always)
                marks = "type='password'" if kind == "password" else f"autocomplete='{kind}'"
                prefilled = f" value='{secret}'" if how == "prefilled" else ""
                inside.append(f"<input {marks} id='{name}'{prefilled}>")
                if how == "set":
                    self.run(f"$('#{name}').value = '{secret}'")
                elif how == "attribute":
                    self.run(f"$('#{name}').setAttribute('value', '{secret}')")
                elif how == "typed":
                    self.typed[f"#{name}"] = secret
        inside.append(f"<input type='password' id='toggled' value='{word('password before it is shown', always)}'>")
        self.run("$('#toggled').type = 'text'")
        self.run(f"$('#toggled').value = '{word('password, shown, set', always)}'")
        self.typed["#toggled"] = word("password, shown, typed", always)
        self.body.append(f"<div data-sentiero-unmask>{''.join(inside)}<p>{self.plot.control('unmasked text')}</p></div>")
        for number in range(6):
            self.typed[f"#ignored-{number}"] = word("ignored field, typed", always)
            self.body.append(f"<div data-rr-ignore><input id='ignored-{number}' value='{word('ignored field, prefilled', always)}'></div>")

    def choices(self):
        word = self.plot.word
        options = "".join(f"<option value='{word('option value')}' label='{word('option label')}'>{word('option text')}</option>" for _ in range(4))
        self.body.append(f"<select id='choice'>{options}</select><select multiple>{options[:0]}<option value='{word('option value')}' selected>{word('option text')}</option></select>")
        self.body.append(f"<input list='names'><datalist id='names'><option value='{word('datalist value')}' label='{word('datalist label')}'>{word('datalist text')}</option></datalist>")
        self.run("$('#choice').selectedIndex = 2; $('#choice').dispatchEvent(new Event('change', {bubbles: true}))")
        self.run(f"$('#choice').insertAdjacentHTML('beforeend', \"<option value='{word('option added later')}' selected>{word('option text added later')}</option>\")")

    def editable(self):
        word = self.plot.word
        for number in range(3):
            self.body.append(f"<div contenteditable id='editor-{number}'>{word('editable text')}<b>{word('editable, nested')}</b></div>")
            self.run(f"$('#editor-{number}').append('{word('editable, appended')}')")
            self.typed[f"#editor-{number}"] = word("editable, typed")

    def masked(self):
        """Marked by the page: hidden even where inputs are shown."""
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        for mark in ("data-rr-mask", "class='rr-mask'"):
            attributes = "".join(f"<i {name}='{word(f'{name} in {mark}', always)}'>{word(f'text in {mark}', always)}</i>" for name in MASKABLE_ATTRIBUTES)
            identifier = "masked-" + mark[:5].strip("-")
            self.body.append(f"<div {mark} id='{identifier}'>{word(f'text in {mark}', always)}{attributes}<img alt='{word('alt', always)}' src='data:,'></div>")
            for _ in range(3):
                self.run(f"$('#{identifier}').append('{word(f'text added in {mark}', always)}')")
                self.run(f"$('#{identifier}').insertAdjacentHTML('beforeend', \"<b title='{word(f'title added in {mark}', always)}'>{word(f'element added in {mark}', always)}</b>\")")
            self.run(f"$('#{identifier} i').setAttribute('title', '{word(f'title changed in {mark}', always)}')")
            self.run(f"$('#{identifier}').firstChild.data = '{word(f'text changed in {mark}', always)}'")

    def blocked(self):
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        for mark in ("data-rr-block", "class='rr-block'"):
            identifier = "blocked-" + mark[:5].strip("-")
            self.body.append(
                f"<div {mark} id='{identifier}' title='{word('title of a block', always)}'>{word('blocked text', always)}"
                f"<p data-x='{word('data attribute in a block', always)}'>{word('blocked text', always)}</p><input value='{word('blocked input', always)}'>"
                f"<img src='/x.png?{word('blocked image', always)}'><script type='text/plain'>{word('blocked script', always)}</script></div>")
            self.run(f"$('#{identifier}').append('{word('text added in a block', always)}'); $('#{identifier} p').textContent = '{word('text changed in a block', always)}'")
            self.run(f"$('#{identifier} input').value = '{word('blocked input, set', always)}'")

    def shadow_and_frames(self):
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        self.body.append("<div id='host'></div><iframe id='frame' srcdoc=\"<p>%s</p><input value='%s'><div data-rr-mask>%s</div>\"></iframe>" % (
            word("frame text", frozenset({"strict"})), word("frame input"), word("masked frame text", always)))
        self.body.append(
            f"<script>document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = \"<input value='{word('shadow input')}'><p data-rr-mask>{word('masked shadow text', always)}</p><p>{word('shadow text', frozenset({'strict'}))}</p>\";</script>")
        self.run(f"$('#host').shadowRoot.querySelector('input').value = '{word('shadow input, set')}'")
        self.run(f"$('#frame').contentDocument.body.insertAdjacentHTML('beforeend', \"<textarea>{word('frame textarea')}</textarea>\")")

    def text(self):
        """Shown by default, hidden by strict masking."""
        strict = frozenset({"strict"})
        word = self.plot.word
        for tag in ("p", "h2", "td", "li", "span", "button", "label", "a", "figcaption", "summary"):
            self.body.append(f"<{tag}>{word(f'text of {tag}', strict)}</{tag}>")
        for name in MASKABLE_ATTRIBUTES:
            self.body.append(f"<input {name}='{word(f'{name} of an input', strict)}'>")
            self.run(f"document.querySelector('input[{name}]').setAttribute('{name}', '{word(f'{name}, changed', strict)}')")
        self.body.append("<p id='changing'>now</p>")
        for _ in range(5):
            self.run(f"$('#changing').textContent = '{word('text changed later', strict)}'")
        self.run(f"document.title = '{word('title changed later', strict)}'")

    def browser_state(self):
        """Nobody looks at these."""
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        for number in range(10):
            self.run(f"document.cookie = 'c{number}={word('cookie', always)}; path=/'")
            self.run(f"localStorage.setItem('l{number}', '{word('localStorage', always)}'); sessionStorage.setItem('s{number}', '{word('sessionStorage', always)}')")
            self.run(f"window.state{number} = {{value: '{word('variable', always)}'}}")
        self.run(f"window.name = '{word('window.name', always)}'; history.replaceState({{s: '{word('history.state', always)}'}}, '')")

    def custom_events(self):
        sentence, patterns = self.plot.sentence, self.plot.patterns
        for number in range(3):
            payload = {
                "text": sentence("custom event text"),
                "nested": {"deeper": {"deepest": sentence("custom event, nested")}},
                "list": [1, sentence("custom event, list"), [sentence("custom event, list in list")]],
                "keys": {value: 1 for value in patterns("custom event key").values()},
                **{value: True for value in patterns("custom event, top key").values()},
                "kept": self.plot.control("custom event payload"),
            }
            self.run(f"Sentiero.addCustomEvent('order{number}', {json.dumps(payload)})")
        self.run(f"Sentiero.addCustomEvent('plain', {json.dumps(sentence('custom event, text payload'))})")
        self.run(f"Sentiero.addCustomEvent('listed', {json.dumps([sentence('custom event, list payload')])})")
        data = json.dumps({"note": sentence("attribute event")}).replace("'", "&#39;")
        self.body.append(f"<button id='tracked' data-sentiero-track-click='picked' data-sentiero-data='{data}'>pick</button>")
        self.run("$('#tracked').click()")

    def metadata(self):
        sentence, patterns = self.plot.sentence, self.plot.patterns
        values = {
            "note": sentence("metadata"), "nested": {"a": {"b": sentence("metadata, nested")}}, "list": [sentence("metadata, list")],
            **{f"plan-{value}": 1 for value in patterns("metadata key").values()}, "kept": self.plot.control("metadata"),
        }
        self.run(f"Sentiero.setMetadata({json.dumps(values)})")

    def errors(self):
        sentence = self.plot.sentence
        self.run(f"setTimeout(() => {{ throw new Error({json.dumps(sentence('thrown error'))}) }})")
        self.run(f"setTimeout(() => {{ throw {json.dumps(sentence('thrown text'))} }})")
        self.run(f"Promise.reject(new TypeError({json.dumps(sentence('rejection'))}))")
        self.run(f"Promise.reject({json.dumps(sentence('rejected text'))})")
        self.run(f"Promise.reject({{message: {json.dumps(sentence('rejected object'))}}})")
        self.run(f"const named = new Error('named'); named.name = {json.dumps(self.plot.mail('error name'))}; setTimeout(() => {{ throw named }})")
        # The file an error comes from is an address too.
        self.script_url = self.plot.url("script of an error", base="/boom.js")
        self.run(f"document.head.append(Object.assign(document.createElement('script'), {{src: '{self.script_url}'}}))")

    def console(self):
        sentence, patterns = self.plot.sentence, self.plot.patterns
        for level in LEVELS:
            self.run(f"console.{level}({json.dumps(sentence(f'console.{level}'))})")
            self.run(f"console.{level}('x', {json.dumps({'a': [sentence(f'console.{level}, object')], **{v: 1 for v in patterns(f'console.{level}, key').values()}})})")
        self.run(f"console.error(new Error({json.dumps(sentence('error on the console'))}))")
        self.run(f"console.error('{self.plot.control('console')}')")

    def network(self):
        always = frozenset({"default", "strict", "open"})
        word, url, mail = self.plot.word, self.plot.url, self.plot.mail
        for number in range(4):
            target = url("fetch address", base=f"/data/{number}") + "&who=" + mail("fetch address")
            headers = {"X-Note": word("request header", always), "Authorization": "Bearer " + word("authorization of the page", always)}
            self.run(f"await fetch({json.dumps(target)}, {{method: 'POST', headers: {json.dumps(headers)}, body: '{word('request body', always)}'}}).catch(() => 0)")
            path = f"/users/{mail('fetch path')}/orders"
            self.run(f"await fetch({json.dumps(path)}).catch(() => 0)")
            target = url("XHR address", base=f"/xhr/{number}")
            self.run(
                f"const x = new XMLHttpRequest(); x.open('PUT', {json.dumps(target)}); x.setRequestHeader('X-Secret', '{word('XHR header', always)}'); x.send('{word('XHR body', always)}')")
            self.run(f"navigator.sendBeacon({json.dumps(url('beacon address', base=f'/beacon/{number}'))}, '{word('beacon body', always)}')")
        self.run("await fetch('/answer').then((reply) => reply.text())")
        self.answer = word("response body", always)

    def links(self):
        always = frozenset({"default", "strict", "open"})
        word = self.plot.word
        link = self.plot.url("blocked link", base="https://elsewhere.test/out")
        self.body.append(f"<div data-rr-block><a id='out' href='{link}'>{word('text of a blocked link', always)}</a></div>")
        self.body.append(f"<div data-rr-mask><a id='hidden-link' href='#top'>{word('text of a masked link', always)}</a></div>")
        self.body.append(f"<div data-rr-mask><form id='form' action='/sent'><input name='q' value='{word('submitted value')}'><button>{word('masked button', always)}</button></form></div>")
        stay = "addEventListener('click', (event) => event.preventDefault())"
        self.run(f"$('#out').{stay}; $('#out').click(); $('#hidden-link').click()")
        self.run("$('#form').addEventListener('submit', (event) => event.preventDefault()); $('#form').requestSubmit()")
        for _ in range(4):
            self.run(f"history.pushState(null, '', {json.dumps(self.plot.url('address of the page', base='/shop/step'))} + '#{word('fragment of the page', always)}')")

    def html(self, config, script):
        element = json.dumps(config).replace("<", "\\u003c")
        return (
            f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{self.title}</title>{''.join(self.head)}"
            f"<script type='application/json' id='sentiero-config'>{element}</script><script src='{script}'></script></head>"
            f"<body>{''.join(self.body)}</body></html>")
