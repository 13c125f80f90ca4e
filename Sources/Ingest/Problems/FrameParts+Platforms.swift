extension FrameParts {
    // MARK: Browsers and Node

    /// `at f (app.js:10:5)`, `at app.js:10:5`, `f@https://shop.test/app.js:10:5`, `https://shop.test/app.js:10:5`. What redaction cut off
    /// an address (its query, and the line behind it) is missing.
    static func javascript(_ text: FrameLine) -> FrameParts {
        if text.begins(with: "at ") { return chrome(text.dropping("at ")) }
        if let (function, location) = text.split(at: "@"), !function.contains(" ") || function.ends(with: " code") {
            return script(function: function, location: location)
        }
        let parts = FrameParts(function: nil, location: text)
        return parts.line != nil && !text.contains(" ") ? script(function: nil, location: text) : FrameParts()
    }

    /// Code made by code made by code is followed so far.
    private static let maxEvaluations = 4

    private static func chrome(_ text: FrameLine) -> FrameParts {
        let text = text.dropping("async ")
        guard let (function, bracket) = text.split(at: " (") else {
            let parts = FrameParts(function: nil, location: text)
            return parts.line != nil || text.contains("/") ? script(function: nil, location: text) : FrameParts(function: text)
        }
        var location = bracket.dropping(last: ")")
        // Code made of text: where that was done says more than a place in nowhere.
        for _ in 0..<maxEvaluations {
            guard location.begins(with: "eval at "), let (_, inner) = location.split(at: " (") else { break }
            location = inner.upTo("), ").dropping(last: ")")
        }
        return script(function: function, location: location)
    }

    private static func script(function: FrameLine?, location: FrameLine) -> FrameParts {
        var parts = FrameParts(function: function, location: location)
        if let file = parts.file, file.begins(with: "<") || file.begins(with: "[") || file.text == "native" { parts.file = nil }
        return parts
    }

    // MARK: Servers

    /// ``app/x.rb:14:in `f'``, `app/x.rb:14`
    static func ruby(_ text: FrameLine) -> FrameParts {
        guard let (location, function) = text.split(atLast: ":in ") else {
            let parts = FrameParts(function: nil, location: text)
            return parts.line == nil ? FrameParts() : parts
        }
        return FrameParts(function: function.dropping("`").dropping("'").dropping(last: "'"), location: location)
    }

    /// `src/app.cr:451:3 in 'a'`
    static func crystal(_ text: FrameLine) -> FrameParts {
        guard let (location, function) = text.split(at: " in ") else { return generic(text) }
        return FrameParts(function: function.dropping("'").dropping(last: "'"), location: location)
    }

    /// `0 0x0000aaaa foo() + 28 in App at /src/main.swift:12:5`, `App/Routes.swift:12 handle(_:)`, `3   App   0x0000000100003f7c $s3App3fooyyF + 28`
    static func swift(_ text: FrameLine) -> FrameParts {
        if let (symbol, location) = text.split(atLast: " at "), FrameParts(function: nil, location: location).line != nil {
            return symbolized(symbol, location: location)
        }
        let (first, rest) = text.word
        let parts = FrameParts(function: rest.dropping("in ").trimmed, location: first)
        if parts.line != nil { return parts }
        guard first.leadingNumber != nil || first.begins(with: "#") else { return generic(text) }
        // Index, module, address, symbol.
        let (module, afterModule) = rest.word
        if module.begins(with: "0x") || module.begins(with: "[") { return symbolized(text, location: nil) }
        var result = FrameParts(function: afterModule.word.1.upTo(" + "))
        result.module = module
        return result
    }

    private static func symbolized(_ symbol: FrameLine, location: FrameLine?) -> FrameParts {
        var function = symbol
        while case let (word, rest) = function.word, !rest.isEmpty,
            word.leadingNumber != nil || word.begins(with: "#") || word.begins(with: "[") || word.begins(with: "0x")
        {
            function = rest
        }
        var module: FrameLine?
        if let (name, place) = function.split(atLast: " in ") {
            function = name
            module = place
        }
        let name = function.upTo(" + ")
        var parts = location.map { FrameParts(function: name, location: $0) } ?? FrameParts(function: name)
        parts.module = module
        return parts
    }

    /// `File "app.py", line 42, in f`, and the source line below it
    static func python(_ text: FrameLine) -> FrameParts {
        let first = text.upTo("\n")
        guard first.begins(with: "File \""), let (file, rest) = first.dropping("File \"").split(at: "\"") else { return generic(first) }
        var parts = FrameParts()
        parts.file = file
        parts.line = rest.dropping(", line ").leadingNumber
        parts.function = rest.split(at: ", in ")?.1
        return parts
    }

    /// `at com.example.Shop.pay(Shop.java:42)`, `at app//com.example.Shop.pay(Shop.java:42)`
    static func jvm(_ text: FrameLine) -> FrameParts {
        guard let (name, bracket) = text.dropping("at ").split(at: "(") else { return FrameParts() }
        let location = bracket.upTo(")")
        let function = name.split(atLast: "/")?.1 ?? name
        let isKnown = location.text != "Native Method" && location.text != "Unknown Source"
        return isKnown ? FrameParts(function: function, location: location) : FrameParts(function: function)
    }

    /// `main.pay(0xc000012345)`, `/app/main.go:42 +0x1d`, or both in one
    static func go(_ text: FrameLine) -> FrameParts {
        guard let place = text.place(of: ".go:") else {
            return FrameParts(function: text.dropping("created by ").upTo(" in goroutine").split(atLast: "(")?.0 ?? text)
        }
        let start = text.before(place).bytes.lastIndex { $0 <= Bytes.space }.map { $0 + 1 } ?? text.bytes.startIndex
        let location = text.from(start).word.0
        let before = text.before(start).trimmed
        let function = before.isEmpty ? nil : before.dropping("created by ").upTo(" in goroutine")
        return FrameParts(function: function.map { $0.split(atLast: "(")?.0 ?? $0 }, location: location)
    }

    /// Whatever has a file and a line: at its end, in brackets at its end, or in front.
    static func generic(_ text: FrameLine) -> FrameParts {
        if text.ends(with: ")"), let (function, location) = text.split(atLast: "(") {
            let parts = FrameParts(function: function.trimmed.dropping("at ").trimmed, location: location.dropping(last: ")"))
            if parts.line != nil { return parts }
        }
        let start = text.bytes.lastIndex { $0 <= Bytes.space }.map { $0 + 1 } ?? text.bytes.startIndex
        let ending = FrameParts(function: text.before(start).trimmed.dropping(last: " at").dropping("at ").trimmed, location: text.from(start))
        if ending.line != nil { return ending }
        let (first, rest) = text.word
        let leading = FrameParts(function: rest.dropping("in ").trimmed, location: first.dropping(last: ":in").dropping(last: ":"))
        return leading.line != nil ? leading : FrameParts()
    }
}
