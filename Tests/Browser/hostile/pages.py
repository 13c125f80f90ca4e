"""What changes a whole page: meta, base, forms, doctypes, links in the head."""

from .builder import FOREIGN, OWN, RUN, Recording, added, attributes, clicked, doctype, document, el, svg

_form = el("form", {"action": FOREIGN, "method": "get", "target": "_top", "id": "g"}, el("input", {"name": "q", "value": "v", "autofocus": ""}), el("input", {"type": "submit", "formaction": OWN}), el("button", {"type": "submit", "form": "g"}, "go"))
_post = el("form", {"action": "HOME/maintenance/purge-expired?LEAK", "method": "post"}, el("input", {"name": "csrf_token", "value": "x"}), el("button", {"type": "submit"}, "go"))
_meta = el("meta", {"name": "x"})
LINKS = ("stylesheet", "alternate stylesheet", "preload", "prefetch", "modulepreload", "dns-prefetch", "preconnect", "prerender", "next", "manifest", "icon", "import", "pingback",
         "apple-touch-icon", "mask-icon", "search", "subresource", "expect", "compression-dictionary", "serviceworker", "PRECONNECT", "stylesheet preconnect", "dns-prefetch\tpreload")


def links(address):
    return [el("link", {"rel": rel, "href": address, "as": "image", "imagesrcset": address + " 2x", "crossorigin": ""}) for rel in LINKS]


_late = [el("link", {"href": FOREIGN}), el("link", {"rel": "x"})]

RECORDINGS = {
    "meta-refresh": Recording(el("meta", {"http-equiv": "refresh", "content": "0;url=" + OWN}), head=[el("meta", {"http-equiv": "refresh", "content": "0;url=" + FOREIGN}), el("meta", {"HTTP-EQUIV": "Refresh", "CONTENT": "0;url=" + FOREIGN}), el("meta", {"http-equiv": " refresh", "content": f"0; URL='{FOREIGN}'"})]),
    "meta-refresh-later": Recording(head=[_meta], then=[attributes(_meta, {"http-equiv": "refresh", "content": "0;url=" + FOREIGN}), added(el("meta", {"content": "0;url=" + OWN, "http-equiv": "refresh"}), parent=4)]),
    "meta-policies": Recording(head=[
        el("meta", {"http-equiv": "Content-Security-Policy", "content": "default-src *; style-src 'none'; img-src 'none'; report-uri " + FOREIGN}), el("meta", {"http-equiv": "content-security-policy", "content": "style-src 'none'"}),
        el("meta", {"http-equiv": "x-dns-prefetch-control", "content": "on"}), el("meta", {"http-equiv": "set-cookie", "content": "sentiero_theme=dark"}), el("meta", {"http-equiv": "accept-ch", "content": "dpr"}),
        el("meta", {"http-equiv": "origin-trial", "content": "x"}), el("meta", {"name": "referrer", "content": "unsafe-url"}), el("meta", {"http-equiv": "default-style", "content": "x"})]),
    "base": Recording(el("img", {"src": "x.png?LEAK"}), el("a", {"href": "x"}, "x"), head=[el("base", {"href": FOREIGN + "/", "target": "_top"})]),
    "forms": Recording(_form, _post, then=[step for node in (*_form["childNodes"], _post["childNodes"][1], _form, _post) for step in clicked(node)]),
    "links-foreign": Recording(head=links(FOREIGN), then=[added(*links(FOREIGN + "/late"), parent=4)]),
    "links-own": Recording(head=links(OWN)),
    "links-changed": Recording(head=_late, then=[step for rel in LINKS for node in _late for step in (attributes(node, {"rel": rel, "as": "image"}, 300), attributes(node, {"href": FOREIGN, "rel": rel}, 310))]),
    "doctype": Recording(root=lambda page: document({"type": 1, "name": f"html [<!ENTITY x SYSTEM \"{FOREIGN}\">]><script>{RUN}</script>", "publicId": "\"><script>", "systemId": FOREIGN + "/dtd", "id": 2}, page)),
    "doctypes-misplaced": Recording(doctype("svg"), el("div", {}, doctype(), document(el("html"))), root=lambda page: document(doctype(), doctype("x"), page, el("html", {}, el("script", {}, RUN)), {"type": 3, "textContent": RUN, "id": 890})),
    "quirks": Recording(root=lambda page: document(page, compatMode="BackCompat")),
    "namespaces": Recording(el("html", {"xmlns": "http://www.w3.org/1999/xhtml", "xmlns:x": FOREIGN}, el("x:script", {}, RUN)), svg("svg", {"xmlns": "http://www.w3.org/1999/xhtml"}, el("script", {}, RUN), svg("image", {"xlink:href": FOREIGN})), html={"xmlns": FOREIGN, "manifest": FOREIGN}),
}
