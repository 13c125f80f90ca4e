import Testing

@testable import Ingest

@Suite("Stack frames") struct StackFrameTests {
    struct Case: Sendable {
        var platform: String?
        var raw: String
        var function: String?
        var file: String?
        var line: Int?
        var column: Int?
        var isApplication = true

        init(_ platform: String?, _ raw: String, _ function: String?, _ file: String?, _ line: Int? = nil, _ column: Int? = nil, app: Bool = true) {
            self.platform = platform
            self.raw = raw
            self.function = function
            self.file = file
            self.line = line
            self.column = column
            isApplication = app
        }
    }

    static let browsers: [Case] = [
        Case("javascript", "    at pay (https://shop.test/app.js:10:5)", "pay", "https://shop.test/app.js", 10, 5),
        Case("javascript", "at https://shop.test/app.js:10:5", nil, "https://shop.test/app.js", 10, 5),
        Case("javascript", "at async Promise.all (index 0)", "Promise.all", "index 0"),
        Case("javascript", "at async Shop.pay (app.js:10:5)", "Shop.pay", "app.js", 10, 5),
        Case("javascript", "at new Cart (app.js:10:5)", "new Cart", "app.js", 10, 5),
        Case("javascript", "at Object.<anonymous> (/srv/app/index.js:3:1)", "Object.<anonymous>", "/srv/app/index.js", 3, 1),
        Case("javascript", "at Array.map (<anonymous>)", "Array.map", nil, app: false),
        Case("javascript", "at eval (eval at f (app.js:1:2), <anonymous>:3:7)", "eval", "app.js", 1, 2),
        Case("javascript", "at $.onclick (http://127.0.0.0:18652/shop.js:19:115)", "$.onclick", "http://127.0.0.0:18652/shop.js", 19, 115),
        Case("javascript", "at pay (https://shop.test/app.js", "pay", "https://shop.test/app.js"),
        Case(
            "javascript", "at Module._compile (node:internal/modules/cjs/loader:1256:14)", "Module._compile", "node:internal/modules/cjs/loader",
            1256, 14, app: false),
        Case("javascript", "at f (/srv/app/node_modules/x/index.js:3:1)", "f", "/srv/app/node_modules/x/index.js", 3, 1, app: false),
        Case("javascript", "at f (chrome-extension://abc/x.js:3:1)", "f", "chrome-extension://abc/x.js", 3, 1, app: false),
        Case("javascript", "at f (https://cdn.test/x.js:3:1)", "f", "https://cdn.test/x.js", 3, 1, app: false),
        Case("javascript", "pay@https://shop.test/app.js:10:5", "pay", "https://shop.test/app.js", 10, 5),
        Case("javascript", "@https://shop.test/app.js:10:5", nil, "https://shop.test/app.js", 10, 5),
        Case("javascript", "pay/<@https://shop.test/@scope/app.js:10", "pay/<", "https://shop.test/@scope/app.js", 10),
        Case("javascript", "global code@https://shop.test/app.js:1:1", "global code", "https://shop.test/app.js", 1, 1),
        Case("javascript", "forEach@[native code]", "forEach", nil, app: false), Case("javascript", "[native code]", nil, nil, app: false),
        Case("javascript", "https://shop.test/app.js:10:5", nil, "https://shop.test/app.js", 10, 5),
        Case("javascript", "TypeError: a is not a function", nil, nil, app: false),
        Case("javascript", "Error: mail to bob@home is lost", nil, nil, app: false), Case("javascript", "", nil, nil, app: false),
    ]

    static let servers: [Case] = [
        Case("ruby", "app/x.rb:14:in `f'", "f", "app/x.rb", 14), Case("ruby", "app/x.rb:14:in 'Shop#pay'", "Shop#pay", "app/x.rb", 14),
        Case("ruby", "app/x.rb:14", nil, "app/x.rb", 14),
        Case("ruby", "C:/app/x.rb:14:in `block (2 levels) in f'", "block (2 levels) in f", "C:/app/x.rb", 14),
        Case(
            "ruby", "/usr/lib/ruby/gems/3.1.0/gems/rack-2.2/lib/rack.rb:5:in `call'", "call", "/usr/lib/ruby/gems/3.1.0/gems/rack-2.2/lib/rack.rb", 5,
            app: false),
        Case("ruby", "<internal:kernel>:187:in `loop'", "loop", "<internal:kernel>", 187, app: false), Case("ruby", "nonsense", nil, nil, app: false),
        Case("crystal", "src/app.cr:451:3 in 'a'", "a", "src/app.cr", 451, 3),
        Case("crystal", "lib/kemal/src/kemal.cr:45:3 in 'run'", "run", "lib/kemal/src/kemal.cr", 45, 3, app: false),
        Case("crystal", "/usr/share/crystal/src/array.cr:4 in 'at'", "at", "/usr/share/crystal/src/array.cr", 4, app: false),
        Case("swift", "App/Routes.swift:14 pay(_:)", "pay(_:)", "App/Routes.swift", 14),
        Case("swift", "0 0x0000aaaa foo() + 28 in App at /src/main.swift:12:5", "foo()", "/src/main.swift", 12, 5),
        Case("swift", "0 [ra] 0x0000aaaa foo(bar:) + 28 in App at /src/main.swift:12:5", "foo(bar:)", "/src/main.swift", 12, 5),
        Case("swift", "5 0x0000aaaa <unknown> in libc.so.6", "<unknown>", nil, app: false),
        Case(
            "swift", "3 0x0000aaaa Array.map() + 4 in App at /src/.build/checkouts/nio/a.swift:2:1", "Array.map()",
            "/src/.build/checkouts/nio/a.swift", 2, 1, app: false),
        Case("swift", "3   App   0x0000000100003f7c $s3App3fooyyF + 28", "$s3App3fooyyF", nil),
        Case("swift", "7   libdyld.dylib   0x0000000100003f7c start + 28", "start", nil, app: false),
        Case("swift", "GET /orders/{id}", nil, nil, app: false),
        Case("python", #"File "shop/app.py", line 42, in pay"#, "pay", "shop/app.py", 42),
        Case("python", "  File \"shop/app.py\", line 42, in pay\n    total = 1 / 0", "pay", "shop/app.py", 42),
        Case(
            "python", #"File "/usr/lib/python3.12/json/decoder.py", line 5, in decode"#, "decode", "/usr/lib/python3.12/json/decoder.py", 5,
            app: false),
        Case("python", #"File "venv/site-packages/flask/app.py", line 5, in run"#, "run", "venv/site-packages/flask/app.py", 5, app: false),
        Case("python", #"File "<frozen importlib._bootstrap>", line 5, in load"#, "load", "<frozen importlib._bootstrap>", 5, app: false),
        Case("python", "app.py:42 in pay", "pay", "app.py", 42),
        Case("jvm", "\tat com.example.Shop.pay(Shop.java:42)", "com.example.Shop.pay", "Shop.java", 42),
        Case("jvm", "at app//com.example.Shop.pay(Shop.java:42)", "com.example.Shop.pay", "Shop.java", 42),
        Case("jvm", "at java.base/java.util.ArrayList.get(ArrayList.java:427)", "java.util.ArrayList.get", "ArrayList.java", 427, app: false),
        Case("jvm", "at com.example.Shop.native(Native Method)", "com.example.Shop.native", nil), Case("jvm", "... 32 more", nil, nil, app: false),
        Case("go", "main.pay(0xc000012345)\n\t/app/main.go:42 +0x1d", "main.pay", "/app/main.go", 42),
        Case("go", "/app/main.go:42 +0x1d", nil, "/app/main.go", 42),
        Case("go", "main.(*Shop).pay(0xc000012345, 0x1)", "main.(*Shop).pay", nil, app: false),
        Case("go", "created by main.main in goroutine 7\n\t/app/main.go:9 +0x1", "main.main", "/app/main.go", 9),
        Case(
            "go", "net/http.(*conn).serve(0x1)\n\t/usr/local/go/src/net/http/server.go:5", "net/http.(*conn).serve",
            "/usr/local/go/src/net/http/server.go", 5, app: false),
        Case(nil, "app.ex:42: Shop.pay/1", "Shop.pay/1", "app.ex", 42), Case("elixir", "Shop.pay (lib/shop.ex:42)", "Shop.pay", "lib/shop.ex", 42),
        Case("generic", "app.py:42:7", nil, "app.py", 42, 7), Case("generic", "at foo (app.js:10:5)", "foo", "app.js", 10, 5),
        Case("generic", "???", nil, nil, app: false),
        Case("generic", "in foo at app.c:10", "in foo", "app.c", 10), Case("generic", "/app/vendor/x.php:3", nil, "/app/vendor/x.php", 3, app: false),
    ]

    @Test("Every platform's frames", arguments: browsers + servers)
    func frames(_ expected: Case) {
        let frame = StackFrames.parse([expected.raw], platform: expected.platform, origin: "https://shop.test").first
        let origins = expected.raw.contains("127.0.0.0") ? StackFrames.parse([expected.raw], platform: expected.platform).first : frame
        #expect(
            origins
                == StackFrame(
                    raw: expected.raw, function: expected.function, file: expected.file, line: expected.line, column: expected.column,
                    isApplication: expected.isApplication))
    }

    @Test(
        "Every line is a frame, in order; hostile ones keep their text",
        arguments: ["javascript", "ruby", "crystal", "swift", "python", "jvm", "go", nil])
    func hostile(platform: String?) {
        let units = ["(", " at ", "@", ":1", "eval at f (", " in ", "0x1 ", "File \"", ".go:", ")", "\u{0}", "😀", "a/", ":99999999999"]
        var lines = units.map { String(repeating: $0, count: 8000 / $0.utf8.count) }
        lines.append(String(repeating: "x", count: 80_000))
        let duration = ContinuousClock().measure {
            #expect(StackFrames.parse(lines, platform: platform).map(\.raw) == lines)
        }
        #expect(duration < .seconds(5))
    }
}
