"""Event handler attributes, set at once, by change, and set off by what a replay does."""

from .builder import BODY, FOREIGN, HTML, PIXEL, RUN, Recording, added, attributes, change, clicked, el, mouse, style, svg

NAMES = """abort afterprint animationcancel animationend animationiteration animationstart auxclick beforecopy beforecut beforeinput beforematch beforepaste
    beforeprint beforetoggle beforeunload begin blur bounce cancel canplay canplaythrough change click close contentvisibilityautostatechange contextlost
    contextmenu copy cuechange cut dblclick drag dragend dragenter dragexit dragleave dragover dragstart drop durationchange emptied end ended error finish focus
    focusin focusout formdata fullscreenchange gesturestart gotpointercapture hashchange input invalid keydown keypress keyup languagechange load loadeddata
    loadedmetadata loadstart lostpointercapture message mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel offline online pagehide
    pageshow paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover pointerrawupdate pointerup popstate
    progress ratechange readystatechange repeat reset resize scroll scrollend scrollsnapchange search securitypolicyviolation seeked seeking select
    selectionchange selectstart show slotchange stalled start storage submit suspend timeupdate toggle touchcancel touchend touchmove touchstart transitioncancel
    transitionend transitionrun transitionstart unhandledrejection unload volumechange waiting webkitanimationend webkittransitionend wheel zoom""".split()
ALL = {f"on{name}": RUN for name in NAMES}

_button = el("button", ALL, "press")
_input = el("input", {"type": "text", "value": "a", "oninput": RUN, "onchange": RUN, "onselect": RUN, "autofocus": "", "onfocus": RUN, "onblur": RUN})
_box = el("div", {"style": "height:50px;overflow:scroll", "onscroll": RUN, "onscrollend": RUN}, el("div", {"style": "height:900px"}))
_plain = el("img", {"src": PIXEL})
_details = el("details", {"ontoggle": RUN, "open": ""}, el("summary", {}, "more"))
_dialog = el("dialog", {"open": "", "onclose": RUN, "oncancel": RUN, "onbeforetoggle": RUN, "rr_open_mode": "modal"}, "dialog")

RECORDINGS = {
    "handlers-all-on-an-image": Recording(el("img", {"src": "x:x", **ALL})),
    "handlers-all-on-the-page": Recording(html=ALL, body_attributes=ALL),
    "handlers-all-replayed": Recording(_button, then=[*clicked(_button), *clicked({"id": BODY}, 600), *clicked({"id": HTML}, 700)]),
    "handlers-all-added": Recording(then=[added(el("svg", ALL), el("div", ALL), el("body", ALL))]),
    "handlers-all-by-change": Recording(_plain, then=[attributes(_plain, {"src": "x:x", **ALL}), attributes(BODY, ALL), attributes(HTML, ALL), *clicked(_plain)]),
    "handler-error": Recording(el("img", {"onerror": RUN, "src": "data:image/png,broken"}), el("audio", {}, el("source", {"src": "data:,", "onerror": RUN})), el("object", {"data": "data:,", "onerror": RUN})),
    "handler-load": Recording(el("img", {"src": PIXEL, "onload": RUN}), el("style", {"onload": RUN}, "p{}"), svg("svg", {"onload": RUN}), el("iframe", {"onload": RUN}), el("body", {"onload": RUN})),
    "handler-case": Recording(el("img", {"src": "x:x", "ONERROR": RUN, "OnLoad": RUN, "oN\u0065rror": RUN}), el("img", {"onerror ": RUN, " onerror": RUN, "/onerror": RUN, "onerror=": RUN, "src": "x:x"})),
    "handler-focus": Recording(_input, el("a", {"href": "#", "autofocus": "", "onfocus": RUN, "tabindex": "1"}, "x"), then=[mouse(5, _input), mouse(6, _input, 600)]),
    "handler-animation": Recording(style("@keyframes k{from{opacity:0}to{opacity:1}}.k{animation:k 1ms infinite}"), el("p", {"class": "k", "onanimationstart": RUN, "onwebkitanimationstart": RUN}, "x")),
    "handler-transition": Recording(style("p{transition:color 1ms;color:red}p.t{color:blue}"), el("p", {"id": "t", "ontransitionend": RUN, "ontransitionrun": RUN}, "x"), then=[attributes(BODY, {"class": "t"})]),
    "handler-toggle": Recording(_details, el("div", {"popover": "auto", "ontoggle": RUN, "onbeforetoggle": RUN}, "x"), _dialog, then=[attributes(_details, {"open": None}), attributes(_details, {"open": ""}, 500)]),
    "handler-begin": Recording(svg("svg", {}, svg("animate", {"onbegin": RUN, "attributeName": "x", "dur": "1s", "onend": RUN, "onrepeat": RUN}), svg("set", {"onbegin": RUN, "attributeName": "x", "to": "0"}))),
    "handler-media": Recording(el("video", {"onloadstart": RUN, "onerror": RUN, "onplay": RUN, "onpause": RUN, "src": "data:video/mp4,x", "autoplay": "", "rr_mediaState": "played"}), el("audio", {"onloadstart": RUN, "src": "data:audio/wav,x", "autoplay": ""})),
    "handler-marquee": Recording(el("marquee", {"onstart": RUN, "onbounce": RUN, "onfinish": RUN, "loop": "1", "width": "0"}, "x")),
    "handler-scroll": Recording(_box, then=[change({"source": 3, "id": _box["id"], "x": 0, "y": 300}), change({"source": 3, "id": 1, "x": 0, "y": 300}, 400)]),
    "handler-input": Recording(_input, then=[change({"source": 5, "id": _input["id"], "text": "typed", "isChecked": True}), change({"source": 5, "id": _input["id"], "text": f"\"><script>{RUN}</script>", "isChecked": False}, 400)]),
    "handler-namespaced": Recording(svg("svg", {"xmlns:on": "x", "ev:event": "load", "xml:base": FOREIGN + "/", "xlink:onload": RUN}, svg("handler", {"ev:event": "load", "type": "text/javascript"}, RUN), svg("image", {"xlink:href": "x:x", "onerror": RUN}))),
}
