import Testing

@testable import Ingest

/// Spec 02 section 2.14 and spec 06 section 5.
@Suite("Browser errors") struct BrowserErrorTests {
    static func error(_ payload: String) -> BrowserError {
        Array(#"{"type":5,"data":{"tag":"error","payload":\#(payload)},"timestamp":1}"#.utf8).withUnsafeBytes { BrowserError($0) }
    }

    @Test(
        "The key is the first line, numbers as #",
        arguments: [
            ("a12b3 c", "a#b# c"), ("  x 1 \t\r\nsecond 2", "x #"), ("é٣ 5", "é٣ #"),
            (String(repeating: "é1", count: 300), String(repeating: "é#", count: 100)),
            ("12345", "#"),
        ])
    func key(message: String, key: String) {
        #expect(BrowserError.key(message) == key)
    }

    @Test(
        "02-2.14: a message that is missing or blank is Unknown error",
        arguments: [#"{}"#, #"{"message":""}"#, #"{"message":" \n "}"#, #"{"message":null}"#, "5", #""text""#, "null", "[]"])
    func unknown(payload: String) {
        let error = Self.error(payload)
        #expect(error.message == "Unknown error" && error.key == "Unknown error" && error.name.isEmpty)
        // printf 'Unknown error' | sha1sum
        #expect(error.group == "e5fd9aa24c9417e7332e6f25936ae2a6ec8f1524")
    }

    @Test(
        "The class is the name, else what stands before the first colon",
        arguments: [
            (#"{"message":"x: y","name":"TypeError"}"#, "TypeError", "TypeError: x: y"),
            (#"{"message":"TypeError: y"}"#, "TypeError", "TypeError: y"),
            (#"{"message":"Uncaught TypeError: y"}"#, "TypeError", "TypeError: y"),
            (#"{"message":"Uncaught TypeError: y","name":"TypeError"}"#, "TypeError", "TypeError: y"),
            (#"{"message":"Uncaught (in promise) My.Err$: y"}"#, "My.Err$", "My.Err$: y"), (#"{"message":"see here: y"}"#, "", "see here: y"),
            (#"{"message":"1a: y"}"#, "", "1a: y"), (#"{"message":": y"}"#, "", ": y"), (#"{"message":"none","name":""}"#, "", "none"),
            (#"{"message":"boom","name":"E"}"#, "E", "E: boom"),
        ])
    func classes(payload: String, name: String, title: String) {
        let error = Self.error(payload)
        #expect(error.name == name && error.title == title)
    }

    @Test(
        "Content hashes in a script's name are noise",
        arguments: [
            ("https://shop.test/assets/app-3f2a9c1b.js?v=1#x", "/assets/app-*.js"),
            ("https://shop.test/assets/index.BkX3a9Qz.min.js", "/assets/index.*.min.js"),
            ("/3f2a9c1b/app.js", "/3f2a9c1b/app.js"), ("https://shop.test/jquery-3.6.0.min.js", "/jquery-3.6.0.min.js"), ("https://shop.test", "/"),
            ("app.js", "app.js"), ("", ""), ("https://shop.test/main_0a1b2c.js", "/main_*.js"), ("blob:https://shop.test/3f2a-9c1b", "blob:"),
            ("https://shop.test/checkout.js", "/checkout.js"), ("webpack-internal:///./src/app.js", "/./src/app.js"),
        ])
    func files(address: String, expected: String) {
        #expect(ScriptPath.stable(address) == expected)
    }

    @Test(
        "The file is that of the top frame that is not from another origin, else the source",
        arguments: [
            (
                #""url":"https://shop.test/cart","stack":"E: x\n    at f (https://cdn.test/lib.js:1:1)\n    at g (https://shop.test/app.js:2:2)""#,
                "/app.js"
            ),
            (#""url":"https://SHOP.test/cart","stack":"f@https://cdn.test/lib.js:1:1\ng@https://shop.test/app.js:2:2""#, "/app.js"),
            (#""stack":"E\n    at f (https://cdn.test/lib.js:1:1)\n    at g (https://shop.test/app.js:2:2)""#, "/lib.js"),
            (#""stack":"at f (chrome-extension://x/y.js:1:1)\n at g (https://shop.test/app.js:2:2)""#, "/app.js"),
            (#""stack":"at Array.map (<anonymous>)\n at g (https://shop.test/app.js:2:2)""#, "/app.js"),
            (#""url":"https://shop.test/","stack":"at f (https://cdn.test/lib.js:1:1)","source":"https://cdn.test/s.js""#, "/s.js"),
            (#""stack":"","source":"https://shop.test/s-abcdef12.js""#, "/s-*.js"), (#""lineno":1"#, ""),
        ])
    func file(members: String, expected: String) {
        #expect(Self.error(#"{"message":"E: x",\#(members)}"#).file == expected)
    }

    @Test("06-5: what the fingerprint is made of")
    func fingerprint() {
        let error = Self.error(#"{"message":"no 12 of 13\nmore","name":"RangeError","source":"https://shop.test/app-0a1b2c3d.js"}"#)
        #expect(error.fingerprint(project: "app") == FingerprintRules.digest("app\nbrowser\nRangeError\nno # of #\n/app-*.js"))
        #expect(error.fingerprint(project: "app") != error.fingerprint(project: "other"))
        #expect(error.fingerprint(project: "app").count == 40)
    }

    @Test("Facts of the event, bounded, whatever their kind")
    func facts() {
        let error = Self.error(
            #"{"message":"m","name":"E","stack":"E: m\nof two lines\n    at f (a.js:1:2)\n\n    at g (b.js:3:4)","source":"s.js","lineno":7,"colno":9,"#
                + #""release":"v1","handled":false,"count":12,"url":"https://shop.test/x"}"#)
        #expect(error.backtrace == ["at f (a.js:1:2)", "at g (b.js:3:4)"])
        #expect(error.line == 7 && error.column == 9 && error.release == "v1" && error.handled == false && error.count == 12)
        let odd = Self.error(
            #"{"message":7,"name":[],"stack":{},"source":1,"lineno":"7","colno":-1,"release":5,"handled":"no","count":0,"url":null}"#)
        #expect(odd.message == "7" && odd.name.isEmpty && odd.backtrace.isEmpty && odd.source == nil && odd.line == nil && odd.column == nil)
        #expect(odd.release == nil && odd.handled == nil && odd.count == 1 && odd.url == nil)
        #expect(Self.error(#"{"count":1e9}"#).count == 10_000)
        #expect(Self.error(#"{"handled":true}"#).handled == true)
        let stack = String(repeating: #"    at f (a.js:1:2)\n"#, count: 500)
        #expect(Self.error(#"{"stack":"\#(stack)"}"#).backtrace.count == 100)
        #expect(Self.error(#"{"stack":"only words\nand more"}"#).backtrace == ["only words", "and more"])
    }
}
