"""Strict masking (spec 05 section 4, rule 10): one switch hides all text as well as all that is entered."""

import pytest

from recorder_fixtures import leave

PLACES = {
    "text": "<p>SECRET</p>",
    "title of the page": "<script>document.title = 'SECRET'</script>",
    "title in SVG": "<svg><title>SECRET</title><text>SECRET</text></svg>",
    "spoken attributes": '<img alt="SECRET" title="SECRET"><i aria-label="SECRET" aria-description="SECRET"></i><input placeholder="SECRET">',
    "buttons": '<button>SECRET</button><input type="submit" value="SECRET"><input type="button" value="SECRET">',
    "choices": '<select><optgroup label="SECRET"><option value="SECRET" label="SECRET">SECRET</option></optgroup></select><datalist><option value="SECRET"></datalist>',
    "entries": '<input value="SECRET"><textarea>SECRET</textarea><input type="hidden" value="SECRET"><div contenteditable>SECRET</div>',
    "an entry shown otherwise": '<input type="email" value="SECRET">',
    "descriptions": '<meta name="description" content="SECRET"><meta property="og:title" content="SECRET">',
    "disclosed": "<details><summary>SECRET</summary>SECRET</details><dialog open>SECRET</dialog><template>SECRET</template>",
    "tables": "<table><caption>SECRET</caption><tr><td>SECRET</td></tr></table>",
    "a shadow root": "<div id=h></div><script>document.getElementById('h').attachShadow({mode: 'open'}).innerHTML = '<p>SECRET</p>'</script>",
    "a frame": '<iframe srcdoc="<p>SECRET</p>"></iframe>',
    "not shown": "<p hidden>SECRET</p><noscript>SECRET</noscript><!-- SECRET -->",
    "addresses to people": '<a href="mailto:SECRET@x.test">SECRET</a>',
}
STEPS = """() => {
    const added = document.createElement('p'); added.textContent = 'SECRET'; added.title = 'SECRET'; document.body.append(added);
    document.body.firstElementChild.setAttribute('aria-label', 'SECRET');
    document.title = 'SECRET again';
    const input = document.createElement('input'); document.body.append(input); input.value = 'SECRET'; input.dispatchEvent(new Event('input', {bubbles: true}));
    added.firstChild.data = 'SECRET changed';
}"""


@pytest.mark.parametrize("place", PLACES)
def test_strict_masking_hides(capture, visit, place):
    config = {"strictMasking": True, "flushIntervalMs": 50, "recorderOptions": {"maskAllInputs": False}, "trackNavigation": True, "captureClicks": True}
    page = visit(config, body=f'<div>{PLACES[place]}<a id="link" href="#/x">SECRET</a></div><p class="kept" data-sentiero-unmask>SHOWN</p>')
    page.evaluate(STEPS)
    page.click("#link")
    page.wait_for_timeout(150)
    leave(page)
    capture.wait_for(lambda server: any(e["type"] == 2 for e in server.events()), "a snapshot")
    text = "".join(request.text for request in capture.requests)
    assert "SECRET" not in text
    assert "SHOWN" in text and "kept" in text


def test_what_the_browser_goes_by_stays(capture, visit):
    visit({"strictMasking": True}, head='<meta name="viewport" content="width=device-width"><meta http-equiv="x-ua-compatible" content="IE=edge"><style>p{color:red}</style>')
    text = capture.wait_for(lambda server: server.requests)[0].text
    assert "width=device-width" in text and "IE=edge" in text and "color: red" in text


def test_the_page_sees_nothing_of_it(visit):
    page = visit({"strictMasking": True}, body="<p id=p title=t>text</p><input id=i value=v>")
    assert page.evaluate("[p.textContent, p.title, i.value, document.title]") == ["text", "t", "v", "Test"]
