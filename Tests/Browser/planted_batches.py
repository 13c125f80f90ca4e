"""What a foreign client posts that redacts nothing: secrets in every part of a request."""

import gzip
import json

from planted_secrets import compressed

INGEST_KEY = "planted-ingest-key"
ALWAYS = frozenset({"default", "strict", "open"})
AT = 1_760_000_000_000


def meta(at=AT, **data):
    return {"type": 4, "data": {"href": "https://shop.example/", "width": 800, "height": 600, **data}, "timestamp": at}


def custom(tag, payload, at=AT, **more):
    return {"type": 5, "data": {"tag": tag, "payload": payload}, "timestamp": at, **more}


class ForeignClient:
    """`requests`: (body, headers, path). All are answered; some are refused."""

    def __init__(self, plot):
        self.plot = plot
        self.requests = []
        self.sessions = []
        for part in (self.events, self.metadata, self.envelope, self.headers, self.reports, self.refused):
            part()

    def post(self, events, session=None, headers=None, path="/events", body=None, **fields):
        session = session or f"foreign-{len(self.requests)}"
        if body is None:
            body = json.dumps({"sessionId": session, "windowId": "w", "events": events, **fields}).encode()
        self.sessions.append(session)
        self.requests.append((body, headers or {}, path))

    def events(self):
        sentence, patterns, url, mail = self.plot.sentence, self.plot.patterns, self.plot.url, self.plot.mail
        self.post([meta(href=url("type 4 address")), meta(href=f"https://u:{self.plot._unique()}@shop.example/u/{mail('path of an address')}")])
        for tag, fields in {"error": ["message", "stack", "source", "name"], "navigation": ["url", "text"], "__form_submit": ["url", "name"], "__click": ["selector"], "order": ["x"]}.items():
            for field in fields:
                self.post([custom(tag, {field: sentence(f"{tag}.{field}"), "more": sentence(f"{tag}, another field")})])
                self.post([custom(tag, {field: {"inner": [sentence(f"{tag}.{field}, an object")]}})])
            self.post([custom(tag, sentence(f"{tag}, text payload")), custom(tag, [sentence(f"{tag}, list payload"), {"a": sentence(f"{tag}, object in list payload")}])])
            self.post([custom(tag, {value: {inner: 1} for value, inner in zip(patterns(f"{tag}, key").values(), patterns(f"{tag}, inner key").values())})])
        for plugin in ("rrweb/console@1", "rrweb/network@1", "other/thing@3"):
            payload = {"level": "error", "payload": [sentence(f"{plugin} payload")], "trace": [sentence(f"{plugin} trace")], "requests": [
                {"name": url(f"{plugin} address"), "method": "GET", "note": sentence(f"{plugin} request")}], **{v: 1 for v in patterns(f"{plugin} key").values()}}
            self.post([{"type": 6, "data": {"plugin": plugin, "payload": payload}, "timestamp": AT}])
            self.post([{"type": 6, "data": {"plugin": plugin, "payload": sentence(f"{plugin}, text payload")}, "timestamp": AT}])

        self.post([custom(mail("tag of an event"), {}), custom("order", {}, note=sentence("member of an event"), deep={"a": [sentence("member of an event, deep")]})])
        self.post([{"type": 5, "data": {"tag": "order", "payload": {}, "note": sentence("member of an event's data")}, "timestamp": AT}])
        self.post([{"type": 6, "data": {"plugin": mail("name of a plugin"), "payload": {}, "note": sentence("member of a plugin's data")}, "timestamp": AT}])
        self.post([{"type": "5", "data": {"tag": "error", "payload": sentence("type as a text")}, "timestamp": AT}])
        self.post([{"type": 5, "data": sentence("data as a text"), "timestamp": AT}, {"type": 99, "data": {"x": sentence("unknown type")}, "timestamp": AT}])
        self.post([meta(width=sentence("width as a text"), more=sentence("member of type 4's data"))])

    def metadata(self):
        sentence, patterns, url = self.plot.sentence, self.plot.patterns, self.plot.url
        for name in ("url", "referrer", "entry_url", "entry_referrer"):
            self.post([meta()], metadata={name: url(f"metadata {name}"), "note": sentence("metadata note")})
            self.post([meta()], metadata={name: {"a": [sentence(f"metadata {name}, an object")]}})
        self.post([meta()], metadata={value: {inner: 1} for value, inner in zip(patterns("metadata key").values(), patterns("metadata inner key").values())})
        self.post([meta()], metadata={name: self.plot.word(f"forged {name}", ALWAYS) for name in ("geo_country", "geo_city", "geo_region", "geo_timezone")})

    def envelope(self):
        word = self.plot.word
        self.post([meta()], extra=word("unknown field", ALWAYS), more={"deep": [word("unknown field, deep", ALWAYS)]})
        # A body that needs no change is stored as it came: nothing may hide beside its events.
        for place, value in {
            "recorder": self.plot.mail("recorder field"), "metadata": self.plot.sentence("metadata, a text"),
        }.items():
            for kind, odd in {"plain": value, "object in": {"x": self.plot.sentence(f"{place}, an object")}, "list in": [self.plot.sentence(f"{place}, a list")]}.items():
                if (place, kind) == ("metadata", "object in"):
                    continue
                session = f"odd-{place}-{len(self.requests)}"
                body = gzip.compress(json.dumps({"sessionId": session, "windowId": "w", "events": [meta()], place: odd}).encode())
                self.post(None, session, body=body, headers={"Content-Encoding": "gzip"})
        text = json.dumps({"sessionId": "dup", "windowId": "w", "events": [meta()]})
        self.post(None, "dup", body=(text[:-1] + ', "note": "%s", "note": "x", "metadata": {"k": "%s"}, "metadata": {}}' % (
            word("first of two equal keys", ALWAYS), word("first of two metadata", ALWAYS))).encode())
        for place, parts in {
            "gzip file name": {"name": word("gzip file name", ALWAYS)},
            "gzip comment": {"comment": word("gzip comment", ALWAYS)},
            "bytes after the member": {"trailing": word("bytes after the member", ALWAYS).encode()},
            "second member": {"trailing": gzip.compress(word("second gzip member", ALWAYS).encode())},
        }.items():
            session = "gzip-" + place.split()[0] + str(len(self.requests))
            body = compressed(json.dumps({"sessionId": session, "windowId": "w", "events": [meta()]}), **parts)
            self.post(None, session, body=body, headers={"Content-Encoding": "gzip"})

    def headers(self):
        word, address = self.plot.word, self.plot.address
        for name in (
            "Cookie", "Authorization", "Referer", "Accept-Language", "X-Request-Id", "X-Api-Key", "From", "Via", "X-Session", "Sec-CH-UA", "ETag", "X-Forwarded-Host",
            "X-Forwarded-User", "Traceparent", "Pragma",
        ):
            value = word(f"{name} header", ALWAYS)
            self.post([meta()], headers={name: f"c={value}" if name == "Cookie" else value})
        for name in ("X-Forwarded-For", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP"):
            for _ in range(3):
                self.post([meta()], headers={name: address(f"{name} header")})
        self.post([meta()], headers={"Forwarded": "for=" + address("Forwarded header")})
        for _ in range(3):
            self.post([meta()], headers={"User-Agent": f"Mozilla/5.0 ({word('user agent', ALWAYS)}) Chrome/120.0 Safari/537.36"})
        self.post([meta()], path="/events?token=" + word("query of the lane", ALWAYS))

    def report(self, path, body, headers=None):
        headers = {"Authorization": f"Bearer {INGEST_KEY}", **(headers or {})}
        self.requests.append((body if isinstance(body, bytes) else json.dumps(body).encode(), headers, path))

    def reports(self):
        """What servers send of errors and events, by a reporter that redacts nothing."""
        plot, sentence, patterns, mail = self.plot, self.plot.sentence, self.plot.patterns, self.plot.mail
        session = self.sessions[0]
        for linked in ({}, {"session_id": session, "window_id": "w"}):
            how = "of a session" if linked else "of none"
            self.report("/errors", {
                "exception_class": f"Failure {mail('class ' + how)}", "message": sentence("message " + how), **linked,
                "backtrace": [f"app/{mail('frame ' + how)}.rb:1:in `x'", f"lib/x.rb:2:in `{plot.hexadecimal('frame, an id ' + how)}'"],
                "context": {
                    "note": sentence("context " + how), "list": [{"deep": sentence("context, deep " + how)}], **{value: 1 for value in patterns("context key " + how).values()},
                    "request": {"method": "GET", "path": f"/u/{mail('request path ' + how)}", "ip": plot.address("request ip " + how), "params": {"q": sentence("request params " + how)}},
                    "peer": plot.address("an address elsewhere in the context " + how), "release": f"v {mail('release ' + how)}",
                    "environment": f"e {mail('environment ' + how)}",
                    "public": plot.control("context of an error " + how),
                }, "extra": plot.word("unknown field of an error " + how, ALWAYS)})
            self.report("/errors", {"exception_class": "Address", "message": "from " + plot.address("an address in a message " + how), **linked})
            self.report("/errors", {"exception_class": "Large", "message": "x", "context": {"x": "y" * 20000 + plot.word("context too large " + how, ALWAYS)}, **linked})
            self.report("/track", {
                "name": f"paid {mail('name of an event ' + how)}", "level": "warn", **{k: v for k, v in linked.items() if k == "session_id"},
                "payload": {"note": sentence("payload " + how), "deep": [{"x": sentence("payload, deep " + how)}], **{value: 1 for value in patterns("payload key " + how).values()}},
                "extra": plot.word("unknown field of an event " + how, ALWAYS)})
        word = plot.word
        self.report("/errors", {"exception_class": "E", "message": word("without a key", ALWAYS)}, {"Authorization": "Bearer " + word("a wrong key", ALWAYS)})
        self.report("/errors", {"exception_class": "E", "message": word("with a bad session id", ALWAYS), "session_id": "bad id!"})
        self.report("/track", {"payload": {"x": word("an event without a name", ALWAYS)}})
        self.report("/track", b'{"name": "' + word("broken report", ALWAYS).encode())

    def refused(self):
        """Nothing of a refused or declined body is kept."""
        word = self.plot.word
        self.post(None, body=b'{"sessionId": "%s' % word("broken JSON", ALWAYS).encode())
        self.post(None, body=b"\x1f\x8b\x08broken" + word("broken gzip", ALWAYS).encode())
        self.post([meta()], "bad id! " + word("invalid session id", ALWAYS))
        self.post([{"type": 5, "timestamp": word("invalid timestamp", ALWAYS)}])
        self.post([], note=word("no events", ALWAYS))
        self.post([meta()], headers={"Sec-GPC": "1"}, note=word("declined by GPC", ALWAYS))
        self.post([meta()], headers={"Cookie": "sentiero_optout=1"}, note=word("declined by cookie", ALWAYS))
        self.post([meta()], headers={"Origin": "https://" + word("foreign origin", ALWAYS) + ".test"}, note=word("foreign origin's body", ALWAYS))
        self.post([meta()], path="/errors?x=" + word("query of another lane", ALWAYS), note=word("body of another lane", ALWAYS))
