import Testing

@testable import Ingest

/// Spec 01 section 4.1.
@Suite("Fingerprints") struct FingerprintTests {
    struct Vector: Sendable {
        var project = "app"
        var exceptionClass = "E"
        var frames: [String] = []
        var platform: String? = "ruby"
        var fingerprint: String
    }

    static let vectors: [Vector] = [
        Vector(exceptionClass: "RuntimeError", platform: nil, fingerprint: "e56638690ce7cefc529f6df2b30f12e0e00657c4"),
        Vector(exceptionClass: "RuntimeError", frames: ["app/x.rb:14:in `f'"], fingerprint: "3302fc60d3c1842e08da322c36857c46c8baa230"),
        Vector(exceptionClass: "RuntimeError", frames: ["app/x.rb:9001:in `f'"], fingerprint: "3302fc60d3c1842e08da322c36857c46c8baa230"),
        Vector(platform: nil, fingerprint: "e5c31d5ae488a8e6b253661470a745ef008cc0cc"),
        Vector(frames: ["app/x.rb:14"], fingerprint: "a78e024328334b0c3fd96eb0039042c7eb26e813"),
        Vector(frames: ["src/app.cr:451 in 'a'"], platform: "crystal", fingerprint: "f22769674f13f518afdfce9abc36cec9ff4e83cb"),
        Vector(frames: ["src/app.cr:5:3 in 'a'"], platform: "crystal", fingerprint: "f22769674f13f518afdfce9abc36cec9ff4e83cb"),
        Vector(frames: ["app.py:42:7"], platform: "generic", fingerprint: "ba086edeefd6d9551411f8796f3cce986a775685"),
        Vector(project: "p1", frames: ["#<Obj:0x00007fa1b2>"], fingerprint: "a1a88338c6525d4bd1dd8017876c751a1bd90eb7"),
        Vector(
            frames: ["a:1:in `x'", "b:2:in `y'", "c:3:in `z'", "d:4:in `w'", "e:5:in `v'", "f:6:in `u'"],
            fingerprint: "7631ccbc9c742ba92503d02ddd4124759060403d"),
        Vector(frames: ["app/x.rb:14:in `f'"], fingerprint: "813014884bb5746f18fc8ff27c45fa52975dceb1"),
        Vector(frames: ["  app/x.rb:14:in `f'\t\n"], fingerprint: "813014884bb5746f18fc8ff27c45fa52975dceb1"),
    ]

    @Test("01-57: the vectors of the original", arguments: vectors)
    func vector(_ vector: Vector) {
        let fingerprint = FingerprintRules().fingerprint(
            project: vector.project, exceptionClass: vector.exceptionClass, backtrace: vector.frames, platform: vector.platform)
        #expect(fingerprint == vector.fingerprint)
    }

    private static func fingerprint(_ frame: String, platform: String?, rules: FingerprintRules = FingerprintRules()) -> String {
        rules.fingerprint(project: "app", exceptionClass: "E", backtrace: [frame], platform: platform)
    }

    @Test(
        "01-58: digits of identifiers count, addresses do not",
        arguments: ["ruby", "crystal", "generic", "javascript", "swift", "python", "jvm", "go"])
    func identifiers(platform: String) {
        #expect(Self.fingerprint("step_1", platform: platform) != Self.fingerprint("step_2", platform: platform))
        #expect(Self.fingerprint("V2::Api", platform: platform) != Self.fingerprint("V3::Api", platform: platform))
        #expect(Self.fingerprint("#<Obj:0x00Ff>", platform: platform) == Self.fingerprint("#<Obj:0x1>", platform: platform))
        #expect(Self.fingerprint("0xg", platform: platform) != Self.fingerprint("0xh", platform: platform))
    }

    @Test(
        "Platforms go by many names",
        arguments: [
            ("node", "at foo (/a.js:1:2)", "at foo (/a.js:9:7)"), ("typescript", "at foo (/a.ts:1:2)", "at foo (/a.ts:9:7)"),
            ("java", "at a.B.c(B.java:1)", "at a.B.c(B.java:5)"), ("kotlin", "at a.B.c(B.kt:1)", "at a.B.c(B.kt:5)"),
            ("golang", "/a.go:1 +0x1", "/a.go:2 +0x2"), ("py", #"File "a.py", line 1, in f"#, #"File "a.py", line 2, in f"#),
            ("rb", "a.rb:1:in `f'", "a.rb:2:in `f'"),
        ])
    func aliases(platform: String, frame: String, other: String) {
        #expect(Self.fingerprint(frame, platform: platform) == Self.fingerprint(other, platform: platform))
        #expect(StackFrames.parse([frame], platform: platform).first?.line == 1)
    }

    @Test(
        "What is printed around the frames is no part of a problem, and other frames are another problem",
        arguments: [
            ("javascript", "TypeError: user 17 not found\n    at foo (/srv/a.js:1:2)\n    at bar (/srv/a.js:7:2)"),
            ("javascript", "Error: mail to a17@b.test\nfoo@https://a.test/a.js:1:2"),
            (
                "jvm",
                "java.lang.IllegalStateException: id 17 (open)\n\tat a.B.c(B.java:1)\nCaused by: java.lang.X: id 17\n\t... 17 more\n\tat a.B.d(B.java:17)"
            ),
            ("python", "Traceback (most recent call last):\n  File \"a.py\", line 17, in f\n    g(17)\nValueError: id 17"),
            ("go", "panic: order 17 is lost\ngoroutine 17 [select, 17 minutes]:\nmain.pay(0x17)\n\t/srv/a.go:17 +0x17"),
        ])
    func messages(platform: String, trace: String) {
        func fingerprint(_ trace: String) -> String {
            FingerprintRules().fingerprint(
                project: "app", exceptionClass: "E", backtrace: trace.split(separator: "\n").map(String.init), platform: platform)
        }
        #expect(fingerprint(trace) == fingerprint(trace.replacing("17", with: "18")))
        #expect(
            fingerprint(trace) != fingerprint(trace.replacing("/a.", with: "/b.").replacing("a.B.c", with: "a.B.z").replacing("a.py", with: "b.py")))
        // Nothing but words: those count, as before.
        #expect(Self.fingerprint("no frame", platform: platform) != Self.fingerprint("none either", platform: platform))
    }

    private struct Refused: Error {}

    @Test("01-59: a normaliser that throws or returns too much does no harm")
    func normalisers() {
        let raw = String(repeating: "é", count: 1500)
        let plain = FingerprintRules(normalizers: ["x": { $0 }])
        let throwing = FingerprintRules(normalizers: ["x": { _ in throw Refused() }])
        let long = FingerprintRules(normalizers: ["x": { _ in String(repeating: "é", count: 2000) }])
        let expected = Self.fingerprint(String(repeating: "é", count: 1000), platform: "x", rules: plain)
        for rules in [plain, throwing, long] { #expect(Self.fingerprint(raw, platform: "x", rules: rules) == expected) }
    }

    @Test("01-60: 80,000 hostile characters end within milliseconds", arguments: FrameNormalizer.byPlatform.keys.sorted())
    func hostile(platform: String) throws {
        for unit in ["0x", ":1", ":1:1", ":in ", " in ", "((", "$$Lambda$", "@f", ", line 1", "file://a:1:1)", "\u{1F600}"] {
            let frame = String(String(repeating: unit, count: 80_000).prefix(80_000))
            let duration = ContinuousClock().measure {
                _ = Self.fingerprint(frame, platform: platform)
                _ = try? FrameNormalizer.byPlatform[platform]?(frame)
            }
            // Linear: even the whole frame, which no report can bring, is done at once.
            #expect(duration < .milliseconds(1500), "\(platform) \(unit)")
        }
    }

    @Test("01-61: an unregistered platform is generic, none is the default, and an unregistered default is ruby")
    func resolution() {
        let frame = "app/x.rb:14:in `f'"
        let ruby = Self.fingerprint(frame, platform: "ruby")
        let generic = Self.fingerprint(frame, platform: "generic")
        #expect(ruby != generic)
        #expect(Self.fingerprint(frame, platform: "elixir") == generic)
        for blank in [nil, "", "  "] { #expect(Self.fingerprint(frame, platform: blank) == ruby) }
        #expect(Self.fingerprint(frame, platform: nil, rules: FingerprintRules(defaultPlatform: "nope")) == ruby)
        #expect(Self.fingerprint(frame, platform: nil, rules: FingerprintRules(defaultPlatform: "generic")) == generic)
        let replaced = FingerprintRules(normalizers: ["ruby": { _ in "same" }, "elixir": { _ in "same" }])
        #expect(Self.fingerprint(frame, platform: nil, rules: replaced) == Self.fingerprint("same", platform: "generic"))
        #expect(Self.fingerprint(frame, platform: "elixir", rules: replaced) == Self.fingerprint("same", platform: "generic"))
    }

    @Test(
        "Lines, columns and addresses of every platform's frames are noise",
        arguments: [
            ("javascript", "at foo (app.js:10:5)", "at foo (app.js:N)"),
            ("javascript", "at async Shop.pay (http://localhost:3000/app.js:10:5)", "at async Shop.pay (http://localhost:3000/app.js:N)"),
            ("javascript", "foo@https://shop.test/app.js:10:5", "foo@https://shop.test/app.js:N"),
            ("javascript", "at eval (eval at f (app.js:1:1), <anonymous>:3:7)", "at eval (eval at f (app.js:N), <anonymous>:N)"),
            ("swift", "0 0x0000aaaa foo() + 28 in App at /src/main.swift:12:5", "0 0xHEX foo() + N in App at /src/main.swift:N"),
            ("swift", "3   App   0x0000000100003f7c $s3App3fooyyF + 28", "3   App   0xHEX $s3App3fooyyF + N"),
            ("python", #"File "app.py", line 42, in f2"#, #"File "app.py", line N, in f2"#),
            ("python", "app.py:42 in f", "app.py:N in f"),
            ("jvm", "at com.example.Shop.pay(Shop.java:42)", "at com.example.Shop.pay(Shop.java:N)"),
            ("jvm", "at a.B$$Lambda$14/0x0000000800c03000@1b2c3d4e.run(Unknown Source)", "at a.B$$Lambda$N/0xHEX@HEX.run(Unknown Source)"),
            ("jvm", "at a.B$$Lambda$14/1234567.run(B.java:3)", "at a.B$$Lambda$N/N.run(B.java:N)"),
            ("jvm", "at com.sun.proxy.$Proxy42.pay(Unknown Source)", "at com.sun.proxy.$ProxyN.pay(Unknown Source)"),
            ("javascript", "at h (/srv/r/checkout1.js:1:1)", "at h (/srv/r/checkout1.js:N)"),
            ("javascript", "at h (/srv/r/facade.js:1:1)", "at h (/srv/r/facade.js:N)"),
            ("python", "File \"a.py\", line 42, in f\n    x(17)", "File \"a.py\", line N, in f"),
            ("generic", "a:1: b:2", "a:1: b:N"),
            ("jvm", "at a.B.pay(B.java:3) ~[shop-1.2.3.jar:1.2.3]", "at a.B.pay(B.java:N)"),
            ("jvm", "at java.base@17.0.1/java.lang.Thread.run(Thread.java:8)", "at java.base@N/java.lang.Thread.run(Thread.java:N)"),
            ("jvm", "at a.B.lambda$pay$0(B.java:3)", "at a.B.lambda$pay$N(B.java:N)"),
            ("javascript", "at foo (/srv/assets/app-3f9a1b2c.js:1:5)", "at foo (/srv/assets/app-*.js:N)"),
            ("javascript", "at file:///srv/a.mjs?t=17:2:3", "at file:///srv/a.mjs:N"),
            ("javascript", "at async Promise.all (index 0)", "at async Promise.all (index 0)"),
            ("go", "/go/pkg/mod/a.test/b@v1.2.3-rc.1/c.go:7 +0x1d", "/go/pkg/mod/a.test/b@vN/c.go:N +0xHEX"),
            ("generic", "at foo (app.js:10:5)", "at foo (app.js:N)"),
            ("generic", "#0 /srv/a.php(12): foo()", "#0 /srv/a.php(N): foo()"),
            ("generic", "at A.B(Int32 x) in /srv/a.cs:line 12", "at A.B(Int32 x) in /srv/a.cs:line N"),
            ("generic", "(app 0.1.0) lib/a.ex:12: A.b/1", "(app 0.1.0) lib/a.ex:N: A.b/1"),
            ("go", "main.pay(0xc000012345, 0x5)", "main.pay(0xHEX, 0xHEX)"),
            ("go", "/app/main.go:42 +0x1d", "/app/main.go:N +0xHEX"),
            ("go", "created by main.main in goroutine 7", "created by main.main in goroutine N"),
            ("crystal", "a:1:2 in b:3 in c", "a:N in b:N in c"),
            ("generic", "a:1:2:3", "a:1:N"),
            ("ruby", "a:1:in b:2", "a:N:in b:N"),
        ])
    func normalised(platform: String, frame: String, expected: String) throws {
        #expect(try FrameNormalizer.byPlatform[platform]?(frame) == expected)
    }
}
