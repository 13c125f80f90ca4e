import Foundation
import Ingest
import Testing

/// The hand-written matchers against the expressions of the specification, run by another engine.
@Suite("Built-in patterns, against an expression engine")
struct BuiltInDifferenceTests {
    /// With ASCII classes and boundaries spelled out, which is the reading that redacts more.
    static let expressions: [(BuiltInPattern, String)] = [
        (.url, #"(https?://[^ \t-\r?#]*)[?#][^ \t-\r]*"#),
        (.jwt, #"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"#),
        (.email, #"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"#),
        (.longHex, #"(?<![A-Za-z0-9_])[0-9a-fA-F]{32,}(?![A-Za-z0-9_])"#),
        (.card, #"(?<![A-Za-z0-9_])[0-9](?:[ -]?[0-9]){12,18}(?![A-Za-z0-9_])"#),
    ]

    static func apply(_ pattern: BuiltInPattern, _ expression: NSRegularExpression, to text: String) -> String {
        let range = NSRange(text.startIndex..., in: text)
        return expression.stringByReplacingMatches(in: text, range: range, withTemplate: pattern == .url ? "$1" : "[redacted]")
    }

    @Test("One pattern alone", arguments: [UInt64(1), 2, 3])
    func alone(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        for (pattern, source) in Self.expressions {
            let expression = try NSRegularExpression(pattern: source)
            let others = BuiltInPattern.allCases.filter { $0 != pattern }.map(\.rawValue)
            let redactor = Redactor(settings: try RedactionSettings(disabledPatterns: others, checksCards: false))
            for _ in 0..<700 {
                let text = SeededText.text(&numbers)
                #expect(redactor.text(text) == Self.apply(pattern, expression, to: text), "\(pattern): \(text.debugDescription)")
            }
        }
    }

    @Test("All in order, until nothing changes", arguments: [UInt64(4), 5, 6])
    func together(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let expressions = try Self.expressions.map { ($0.0, try NSRegularExpression(pattern: $0.1)) }
        let redactor = Redactor(settings: try RedactionSettings(checksCards: false))
        for _ in 0..<700 {
            let text = SeededText.text(&numbers, upTo: 40)
            var expected = text
            for _ in 0..<4 {
                for (pattern, expression) in expressions { expected = Self.apply(pattern, expression, to: expected) }
            }
            #expect(redactor.text(text) == expected, "\(text.debugDescription)")
            #expect(redactor.text(expected) == expected)
        }
    }
}
