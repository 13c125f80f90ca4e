"""What the browser sends of a page full of secrets (01-97, and the rules of the emit filter)."""

import json
import re

import pytest

from recorder_fixtures import hide

# Every secret is S<number>-<word>: unique, so that a leak names the place it came from.
INITIAL = """
<form id="f" action="#">
  <input id="text" value="S01-attr"><input type="text" id="typed"><input type="email" value="S02-email@x.test">
  <input type="tel" value="S03-tel"><input type="search" value="S04-search"><input type="url" value="S05-url">
  <input type="password" value="S06-password"><input type="hidden" name="csrf" value="S07-hidden">
  <input id="untyped-kind" type="whatever" value="S08-unknowntype"><input id="byscript">
  <textarea id="area">S09-textarea</textarea><textarea id="area2"></textarea>
  <select id="choice"><option value="S10-optvalue" label="S11-optlabel">S12-opttext</option>
    <option value="S13-optvalue" selected>S14-opttext</option></select>
  <select multiple><optgroup label="PUBLIC-group"><option value="S15-multi" selected>S16-multi</option></optgroup></select>
  <input list="names"><datalist id="names"><option value="S17-dl" label="S18-dl">S19-dl</option></datalist>
  <input type="submit" value="PUBLIC-submit"><input type="button" value="PUBLIC-button"><input type="reset" value="PUBLIC-reset">
  <input type="checkbox" value="PUBLIC-checkbox" checked><input type="radio" name="r" value="PUBLIC-radio">
  <button value="PUBLIC-buttonvalue">PUBLIC-buttontext</button><label for="text">PUBLIC-label</label>
  <input placeholder="PUBLIC-placeholder" value="S20-withplaceholder">
</form>
<div data-rr-mask>S21-masked<p title="S22-title">S23-nested</p><img alt="S24-alt" src="data:,"><input placeholder="S25-ph" value="S26-v">
  <button aria-label="S27-aria">S28-btn</button><a href="mailto:S29-mail@x.test">S30-link</a>
  <input type="submit" value="S31-submit"><!-- S32-comment --><span data-sentiero-unmask>PUBLIC-unmasked-inside</span></div>
<div class="card rr-mask wide">S33-class</div>
<div data-rr-block id="blocked" title="S34-blocktitle" style="width:120px;height:40px">S35-block<input value="S36-block"><p>S37-block</p></div>
<div class="rr-block">S38-blockclass</div>
<div contenteditable id="editor">S39-editable<b>S40-editable</b></div><div contenteditable="false">PUBLIC-noteditable</div>
<div contenteditable="PLAINTEXT-ONLY">S41-plaintext</div>
<div data-sentiero-unmask>PUBLIC-unmask-text<input value="PUBLIC-unmask-input"><textarea>PUBLIC-unmask-area</textarea>
  <input type="password" value="S42-pw"><input autocomplete="section-a billing cc-number" value="S43-cc"><input autocomplete="cc-csc" value="S44-csc">
  <input autocomplete="cc-exp" value="S45-exp"><input autocomplete="one-time-code" value="S46-otp"><input autocomplete="current-password" value="S47-cur">
  <input autocomplete="NEW-PASSWORD" value="S48-new"><input data-rr-is-password="true" value="S49-ispw">
  <select autocomplete="cc-exp"><option value="S50-expopt" selected>S51-expopt</option></select>
  <input type="password" id="toggled" value="S52-toggled"><div data-rr-mask>S53-mask-in-unmask</div>
  <div contenteditable>PUBLIC-unmasked-editor</div><div id="unmaskhost"></div>
  <iframe id="unmaskframe" srcdoc="<input value='S54-frame-in-unmask'><p>PUBLIC-frame-text</p>"></iframe></div>
<div id="host"></div><div data-rr-mask id="maskhost"></div>
<iframe id="srcdoc" srcdoc="<p>PUBLIC-srcdoc</p><input value='S55-srcdoc'><textarea>S56-srcdoc</textarea>"></iframe>
<iframe id="frame" src="/frame"></iframe><div data-rr-mask><iframe srcdoc="<p>S57-masked-frame</p>"></iframe></div>
<div data-rr-block><iframe srcdoc="<p>S58-blocked-frame</p>"></iframe></div>
<iframe src="data:text/html,<p>S59-dataurl</p>"></iframe>
<div data-rr-ignore><input id="ignored"></div>
<noscript><p>S60-noscript<input value="S61-noscript"></p></noscript>
<p id="public">PUBLIC-paragraph</p><a href="/PUBLIC-href" title="PUBLIC-title">PUBLIC-anchor</a><img alt="PUBLIC-alt" src="/x.png">
<svg><title>PUBLIC-svg</title><use href="#icon"></use></svg><my-field value="S62-custom-element"></my-field>
<script type="application/json" id="state">{"s":"S63-script"}</script><!-- S64-pagecomment -->
<input type="color" value="#abcdef"><input type="file" id="file"><div id="late"></div><div id="mutable" data-rr-mask>S65-first</div>
<script>
  const shadow = document.getElementById('host').attachShadow({mode: 'open'});
  shadow.innerHTML = '<p>PUBLIC-shadow</p><input value="S66-shadow"><div data-rr-mask>S67-shadow</div><div data-rr-block>S68-shadow</div>';
  document.getElementById('unmaskhost').attachShadow({mode: 'open'}).innerHTML = '<input value="S69-shadow-in-unmask"><p>PUBLIC-shadow2</p>';
  document.getElementById('maskhost').attachShadow({mode: 'open'}).innerHTML = '<p>S70-shadow-in-mask</p>';
</script>
"""

# Steps with pauses between them, so that observers run as they would.
STEPS = [
    "$('#byscript').value = 'S71-setvalue'; $('#text').setAttribute('value', 'S72-setattr'); $('#area2').value = 'S73-setarea'",
    "$('#area').textContent = 'S74-areatext'; $('#choice').value = 'S10-optvalue'; $('#choice option').textContent = 'S75-opttext'",
    "$('#choice').insertAdjacentHTML('beforeend', '<option value=S76-new label=S77-new selected>S78-new</option>')",
    "$('#choice').selectedIndex = 2; $('#choice option').setAttribute('label', 'S79-setlabel'); $('#choice option').setAttribute('value', 'S80-setvalue')",
    "$('#late').innerHTML = '<input value=S81-added><textarea>S82-added</textarea><p>PUBLIC-added</p><div data-rr-mask>S83-added<i title=S84-added>S85-added</i></div><div data-rr-block>S86-added</div>'",
    "$('#mutable').firstChild.data = 'S87-text'; $('#mutable').append('S88-text'); $('#mutable').setAttribute('title', 'S89-attr')",
    "$('#mutable').insertAdjacentHTML('beforeend', '<p>S90-child</p><!--S91-comment-->')",
    "$('#editor').firstChild.data = 'S92-edit'; $('#editor').append('S93-edit')",
    "$('#blocked').append('S94-inblock'); $('#blocked p').firstChild.data = 'S95-inblock'; $('#blocked p').setAttribute('title', 'S96-inblock'); $('#blocked input').value = 'S97-inblock'",
    "$('#toggled').type = 'text'; $('#toggled').value = 'S98-aftertoggle'",
    "$('#toggled').setAttribute('value', 'S99-aftertoggle')",
    "const p = document.createElement('input'); p.type = 'password'; p.value = 'S100-samebreath'; $('[data-sentiero-unmask]').append(p); p.type = 'text'",
    "$('#host').shadowRoot.querySelector('input').value = 'S101-shadow'; $('#host').shadowRoot.append(Object.assign(document.createElement('textarea'), {value: 'S102-shadow', textContent: 'S103-shadow'}))",
    "$('#unmaskhost').shadowRoot.querySelector('input').setAttribute('value', 'S104-shadow'); $('#maskhost').shadowRoot.querySelector('p').firstChild.data = 'S105-shadow'",
    "$('#frame').contentDocument.querySelector('input').value = 'S106-frame'; $('#frame').contentDocument.body.insertAdjacentHTML('beforeend', '<input value=S107-frame><p>PUBLIC-frame-added</p>')",
    "$('#unmaskframe').contentDocument.querySelector('input').setAttribute('value', 'S108-frame'); $('#srcdoc').srcdoc = '<input value=S109-srcdoc>'",
    "$('#state').firstChild.data = '{\"s\":\"S110-script\"}'; $('#public').setAttribute('data-x', 'PUBLIC-data'); $('#public').firstChild.data = 'PUBLIC-changed'",
    "const d = document.createElement('input'); d.value = 'S111-detached'; d.value = 'S112-detached'; d.setAttribute('value', 'S113-detached')",
    "$('#late').append($('#editor'), $('#toggled')); $('my-field').setAttribute('value', 'S114-custom')",
    "const w = document.createElement('div'); w.dataset.rrMask = ''; w.innerHTML = 'S115-wrapped<button>S116-wrapped</button>'; document.body.prepend(w); w.querySelector('button').setAttribute('aria-label', 'S117-wrapped')",
    "const e = document.createElement('iframe'); e.srcdoc = '<input value=S118-newframe><p>PUBLIC-newframe</p>'; document.body.append(e)",
    "document.querySelector('meta[name=csrf-token]').setAttribute('content', 'S119-meta')",
]
TYPED = {"#typed": "S120-typed", "#ignored": "S121-ignored", "#toggled": "S122-retyped", "#area2": "S123-typed", "#editor": "S124-typed"}


def sent_text(capture):
    return "\n".join(request.text for request in capture.requests)


def leaks(capture):
    return sorted(set(re.findall(r"S\d{2,3}-\w+", sent_text(capture))))


def play(page):
    page.evaluate("window.$ = (selector) => document.querySelector(selector)")
    for step in STEPS:
        page.evaluate("async (code) => { (0, eval)(`{${code}}`); await new Promise((done) => setTimeout(done, 15)); }", step)
    for selector, text in TYPED.items():
        page.focus(selector)
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.wait_for_timeout(400)


@pytest.fixture
def secret_page(capture, visit):
    capture.pages["/frame"] = "<!doctype html><p>PUBLIC-frame</p><input value='S125-frame'><div data-rr-mask>S126-frame</div>"

    def run(config=None):
        page = visit(config, body=INITIAL, head="<meta name=csrf-token content=S127-meta>")
        page.wait_for_timeout(300)
        play(page)
        return page

    return run


def finish(capture, page):
    """Another full snapshot, now that everything has been typed and toggled, and the rest by beacon."""
    page.evaluate("Sentiero.addCustomEvent('end'); window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_timeout(1200)
    hide(page)
    capture.wait_for(lambda server: server.custom("end"), "the end")


def test_no_secret_of_127_leaves_the_page_and_no_public_text_is_masked(capture, secret_page):
    page = secret_page({"flushIntervalMs": 100})
    finish(capture, page)
    assert leaks(capture) == []
    events = capture.events()
    assert sum(event["type"] == 2 for event in events) >= 2
    text = json.dumps(events)
    expected = set(re.findall(r"PUBLIC-[\w-]+", INITIAL + " ".join(STEPS))) | {"PUBLIC-frame"}
    missing = sorted(name for name in expected if name not in text)
    assert missing == []
    # Something was recorded from each corner, else nothing could have leaked from there.
    assert sum(event["type"] == 3 and event["data"]["source"] == 5 for event in events) >= 5
    assert sum(event["type"] == 3 and event["data"]["source"] == 0 for event in events) >= 15
    assert "*" * len("S01-attr") in text


def test_strict_masking_hides_text_everywhere_but_where_unmasked(capture, secret_page):
    page = secret_page({"flushIntervalMs": 100, "strictMasking": True})
    finish(capture, page)
    assert leaks(capture) == []
    text = sent_text(capture)
    for hidden in ("PUBLIC-paragraph", "PUBLIC-added", "PUBLIC-shadow", "PUBLIC-srcdoc", "PUBLIC-submit", "PUBLIC-title"):
        assert hidden not in text
    for shown in ("PUBLIC-unmask-text", "PUBLIC-unmask-input", "PUBLIC-unmasked-inside"):
        assert shown in text


def snapshot_of(capture, visit, config, body):
    visit(config, body=body)
    events = capture.wait_for(lambda server: [e for e in server.events() if e["type"] == 2], "a full snapshot")
    return json.dumps(events[0])


PASSWORDS = "<div data-sentiero-unmask><input type=password value=hunter22><input value=shown><p>text</p></div><input value=other>"


@pytest.mark.parametrize("options", [
    {"maskInputOptions": {"password": False}},
    {"maskInputOptions": "nonsense", "maskInputFn": "(text) => text"},
    {"maskAllInputs": False},
    {"maskAllInputs": False, "maskInputOptions": {"password": False}},
])
def test_01_97_a_password_is_stars_whatever_is_set(capture, visit, options):
    text = snapshot_of(capture, visit, {"recorderOptions": options}, PASSWORDS)
    assert "hunter22" not in text and '"********"' in text and "shown" in text
    assert ("other" in text) == (options.get("maskAllInputs") is False)


def test_01_97_types_named_by_the_operator_are_masked_when_not_all_are(capture, visit):
    options = {"maskAllInputs": False, "maskInputOptions": {"email": True, "textarea": True}}
    text = snapshot_of(capture, visit, {"recorderOptions": options},
                       "<input type=email value=one-a><input value=two-b><textarea>three-c</textarea>"
                       "<input data-sentiero-unmask type=email value=four-d>")
    assert [name in text for name in ("one-a", "two-b", "three-c", "four-d")] == [False, True, False, True]


@pytest.mark.parametrize("options, shown", [
    ({}, "plain marked"),
    ({"blockSelector": ".mine"}, "plain blocked"),
    ({"maskTextSelector": ".mine"}, "plain masked"),
    ({"blockSelector": None, "maskTextSelector": None}, "plain marked masked blocked"),
    # A selector that cannot be understood might have covered anything.
    ({"maskTextSelector": "]["}, ""),
])
def test_operator_selectors_replace_the_attributes(capture, visit, options, shown):
    text = snapshot_of(capture, visit, {"recorderOptions": options},
                       "<p>is-plain</p><p class=mine>is-marked</p><p data-rr-mask>is-masked</p><p data-rr-block>is-blocked</p>"
                       "<p class=rr-mask>is-never</p><p class=rr-block>is-never</p>")
    assert [name for name in ("plain", "marked", "masked", "blocked", "never") if f"is-{name}" in text] == shown.split()


def test_an_operators_selector_does_not_reach_into_an_unmasked_region(capture, visit):
    text = snapshot_of(capture, visit, {"recorderOptions": {"maskTextSelector": "body *"}},
                       "<p>covered</p><div data-sentiero-unmask><p><b>revealed</b></p></div>")
    assert "covered" not in text and "revealed" in text


def test_a_blocked_element_keeps_its_size_only(capture, visit):
    visit(body="<div id=b data-rr-block title=why style='width:120px;height:40px;padding:0'>x<p>y</p></div>")
    snapshot = capture.wait_for(lambda server: [e for e in server.events() if e["type"] == 2], "a snapshot")[0]

    def find(node):
        if (node.get("attributes") or {}).get("rr_width"):
            return node
        return next((hit for child in node.get("childNodes", []) if (hit := find(child))), None)

    block = find(snapshot["data"]["node"])
    assert block["attributes"] == {"class": "rr-block", "rr_width": "120px", "rr_height": "40px"} and block["childNodes"] == []


def test_a_click_inside_a_blocked_region_is_shown_on_the_region(capture, visit):
    page = visit(body="<div id=b data-rr-block><button>inside</button></div>")
    page.click("button")
    capture.wait_for(lambda server: [e for e in server.events() if e["type"] == 3 and e["data"]["source"] == 2 and e["data"]["type"] == 2], "a click")
    assert "inside" not in sent_text(capture)


def test_an_event_that_cannot_be_masked_is_dropped_and_counted(module):
    result = module("masking/filter.js", """async ({MaskingFilter}) => {
        const {maskingSettings} = await import('/modules/masking/settings.js');
        let failures = 0;
        const filter = new MaskingFilter(maskingSettings(), {getNode() { throw new Error('broken'); }}, () => failures++);
        const events = [
            {type: 3, data: {source: 0, adds: [{parentId: 1, node: {id: 2, type: 3, textContent: 'secret'}}], removes: [], texts: [], attributes: []}},
            {type: 3, data: {source: 5, id: 4, text: 'secret'}},
            {type: 2, data: {node: {}}},
        ];
        let snapshot = 'written';
        try { Array.from(filter.snapshot({data: {node: {type: 2, tagName: 'input', attributes: {}, id: 1, childNodes: []}}})); } catch { snapshot = 'refused'; }
        return [events.map((event) => filter.apply(event)), failures, snapshot];
    }""")
    assert result == [[None, None, None], 2, "refused"]


def test_nodes_that_cannot_be_found_are_masked_as_if_everything_applied(module):
    event = module("masking/filter.js", """async ({MaskingFilter}) => {
        const {maskingSettings} = await import('/modules/masking/settings.js');
        const filter = new MaskingFilter(maskingSettings({maskAllInputs: false}), {getNode: () => null}, () => {});
        return [
            {type: 3, data: {source: 0, removes: [], adds: [{parentId: 1, node: {id: 2, type: 2, tagName: 'div', attributes: {'data-sentiero-unmask': '', title: 'a'},
                childNodes: [{type: 3, id: 3, textContent: 'bc d'}]}}], texts: [{id: 9, value: 'ef'}], attributes: [{id: 8, attributes: {value: 'gh', srcdoc: 'x', id: 'keep'}}]}},
            {type: 3, data: {source: 5, id: 4, text: 'secret', isChecked: false}},
        ].map((event) => filter.apply(event).data);
    }""")
    node = event[0]["adds"][0]["node"]
    assert node["attributes"]["title"] == "*" and node["childNodes"][0]["textContent"] == "** *"
    assert event[0]["texts"][0]["value"] == "**" and event[0]["attributes"][0]["attributes"] == {"value": "**", "id": "keep"}
    assert event[1]["text"] == "******"
