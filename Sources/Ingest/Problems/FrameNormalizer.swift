/// What is taken out of a frame before it is compared: lines, columns, addresses and the like. Digits of identifiers stay.
enum FrameNormalizer {
    static let byPlatform: [String: FingerprintRules.Normalizer] = [
        "ruby": ruby, "crystal": crystal, "generic": generic, "javascript": javascript, "swift": swift, "python": python, "jvm": jvm, "go": go,
    ]

    // Ruby and Crystal are exactly those of spec 01 section 4.1: fingerprints of the original stay what they were. Generic is, too, where the original
    // found a line at all.

    /// ``app/x.rb:14:in `f'``, `app/x.rb:14`
    static let ruby: FingerprintRules.Normalizer = rules { text in
        let inner = FrameText.withoutPositions(text, columns: false) { FrameText.has($0, ":in ", at: $1) }
        return FrameText.withoutPositions(inner, columns: false) { $1 == $0.count }
    }

    /// `src/app.cr:451:3 in 'a'`
    static let crystal: FingerprintRules.Normalizer = rules { text in
        FrameText.withoutPositions(text) { FrameText.has($0, " in ", at: $1) }
    }

    /// `app.py:42:7`, `at foo (app.js:42:7)`, `#0 /srv/a.php(42): foo()`, `at A.B() in a.cs:line 42`, `(app 0.1.0) lib/a.ex:42: A.b/1`
    static let generic: FingerprintRules.Normalizer = rules { text in
        let text = FrameText.withoutPositions(text) { text, end in
            end == text.count || isElixir(text, end) || (text[end] == UInt8(ascii: ")") && end + 1 == text.count)
        }
        return FrameText.withoutBracketedNumbers(FrameText.withoutNumbers(text, after: ":line "))
    }

    /// `at foo (app.js:10:5)`, `foo@https://shop.test/app.js:10:5`, `at eval (eval at f (app.js:1:1), <anonymous>:3:7)`
    ///
    /// Of a script's name what changes from build to build goes, too: content hashes and a query.
    static let javascript: FingerprintRules.Normalizer = rules { text in
        FrameText.withoutPositions(ScriptPath.stableName(in: text), isEnd: isDelimiter)
    }

    /// `0 0x0000aaaa foo() + 28 in App at /src/App/main.swift:12:5`, `3   App   0x0000000100003f7c $s3App3fooyyF + 28`
    static let swift: FingerprintRules.Normalizer = rules { text in
        FrameText.withoutNumbers(FrameText.withoutPositions(text, isEnd: isDelimiter), after: " + ")
    }

    /// `File "app.py", line 42, in f`
    static let python: FingerprintRules.Normalizer = rules { text in
        // Behind it the source line, in one element.
        let text = Array(text.prefix { $0 != Bytes.newline })
        return FrameText.withoutNumbers(FrameText.withoutPositions(text, isEnd: isDelimiter), after: ", line ")
    }

    /// `at com.example.Shop.pay(Shop.java:42)`; what a virtual machine counts up is noise too (`$Proxy12`, `$$Lambda$14/0x0001@1b2c3d`), and so are versions
    /// (`java.base@17.0.1/`, `~[shop-1.2.3.jar:1.2.3]`).
    static let jvm: FingerprintRules.Normalizer = rules { text in
        var text = FrameText.withoutVersions(FrameText.upToJar(text), after: "@")
        text = FrameText.withoutPositions(text, columns: false, isEnd: isDelimiter)
        for mark in ["$$Lambda$", "$$Lambda/", "$Lambda$N/", "$Proxy", "MethodAccessor", "ConstructorAccessor"] as [StaticString] {
            text = FrameText.withoutNumbers(text, after: mark)
        }
        return FrameText.replacing(FrameText.withoutLambdaNumbers(text)) { text, position in
            let mark: StaticString = text[position] == UInt8(ascii: "@") ? "@" : "CGLIB$$"
            guard FrameText.has(text, mark, at: position) else { return nil }
            let start = position + mark.utf8CodeUnitCount
            var end = start
            while end < text.count, ByteClass.hexValue(text[end]) != nil { end += 1 }
            // At least six: `@Bean` and the like are no hashes.
            return end >= start + 6 ? (end, text[position..<start] + Array("HEX".utf8)) : nil
        }
    }

    /// `main.pay(0xc000012345, 0x5)`, `/app/main.go:42 +0x1d`, `/go/pkg/mod/a.test/b@v1.2.3/b.go:7`, `created by main.main in goroutine 7`
    static let go: FingerprintRules.Normalizer = rules { text in
        let text = FrameText.withoutVersions(FrameText.withoutPositions(text, isEnd: isDelimiter), after: "@v")
        return FrameText.withoutNumbers(text, after: "goroutine ")
    }

    private static func rules(_ rest: @escaping @Sendable ([UInt8]) -> [UInt8]) -> FingerprintRules.Normalizer {
        { String(decoding: rest(FrameText.withoutAddresses(Array($0.utf8))), as: UTF8.self) }
    }

    /// `lib/a.ex:42: `, up to the second colon.
    private static func isElixir(_ text: [UInt8], _ end: Int) -> Bool {
        guard FrameText.has(text, ": ", at: end) else { return false }
        var colon = end
        while colon > 0, ByteClass.isDigit(text[colon - 1]) { colon -= 1 }
        return FrameText.has(text, ".ex", at: colon - 4) || FrameText.has(text, ".exs", at: colon - 5)
    }

    /// A line or column ends here: not a port, which a path follows.
    private static func isDelimiter(_ text: [UInt8], _ position: Int) -> Bool {
        guard position < text.count else { return true }
        switch text[position] {
        case Bytes.space, Bytes.tab, Bytes.newline, Bytes.comma, Bytes.closeBracket, UInt8(ascii: ")"), UInt8(ascii: ">"), UInt8(ascii: "'"),
            UInt8(ascii: "\""):
            return true
        default: return false
        }
    }
}
