import Foundation
import Testing

@testable import SentieroReporter

enum ShopError: Error {
    case declined, soldOut
    case login(user: String, password: String)
    case wrong(String)
    case token(String)
    case nested([String: String], (ShopCredentials, Int?))
}

struct ShopCredentials {
    var apiKey = "k-1"
    var attempts = 3
}

enum DescribedError: Error, CustomStringConvertible {
    case cold, warm(Int)
    var description: String { "weather" }
}

enum ShopSpace {
    struct Declined: Error {}
    enum Stock: Error { case empty }
}

struct LoginFailed: Error {
    var user = "bob"
    var mail: String? = "bob@example.com"
    var password = "hunter2"
    var credentials = ShopCredentials()
    var headers = ["Authorization": "Bearer abc", "Accept": "text/html"]
    var nothing: Int?
}

/// What an error is called, and what it says without saying too much.
@Suite struct ErrorFactsTests {
    private static func report(_ error: any Error, _ change: (inout ReporterConfiguration) -> Void = { _ in }) -> (class: String, message: String) {
        let (reporter, transport) = kept(change)
        reporter.notify(error)
        let payload = transport.deliveries.first?.payload
        return (payload?["exception_class"]?.text ?? "", payload?["message"]?.text ?? "")
    }

    @Test("Values of errors that do not describe themselves are filtered by name, and their texts redacted")
    func values() {
        let struct1 = Self.report(LoginFailed()).message
        #expect(
            struct1.hasPrefix(
                #"LoginFailed(user: "bob", mail: "[redacted]", password: [FILTERED], credentials: ShopCredentials(apiKey: [FILTERED], attempts: 3), headers: ["#
            ))
        #expect(
            struct1.contains(#""Accept": "text/html""#) && struct1.contains(#""Authorization": [FILTERED]"#) && struct1.hasSuffix("nothing: nil)"))
        #expect(Self.report(ShopError.login(user: "bob", password: "hunter2")).message == #"login(user: "bob", password: [FILTERED])"#)
        #expect(Self.report(ShopError.token("t-1")).message == "token([FILTERED])", "the case is the name of a value without one")
        #expect(Self.report(ShopError.wrong("a@b.co")).message == #"wrong("[redacted]")"#)
        #expect(
            Self.report(ShopError.nested(["secret": "x"], (ShopCredentials(), nil))).message
                == #"nested(["secret": [FILTERED]], (ShopCredentials(apiKey: [FILTERED], attempts: 3), nil))"#)
        #expect(Self.report(ShopError.declined).message == "declined")
        #expect(Self.report(ShopSpace.Declined()).message == "Declined")
        #expect(Self.report(LoginFailed()) { $0.filterKeys = ["user"] }.message.contains("user: [FILTERED]"))
    }

    @Test("Foundation's errors: domain, code and description, never the userInfo")
    func foundation() {
        let error = NSError(domain: "ShopDomain", code: 42, userInfo: ["password": "hunter2", NSLocalizedDescriptionKey: "no luck"])
        #expect(Self.report(error) == ("NSError(ShopDomain, 42)", "ShopDomain 42: no luck"))
        let other = Self.report(NSError(domain: "ShopDomain", code: 43, userInfo: ["password": "hunter2"]))
        #expect(other.class == "NSError(ShopDomain, 43)")
        #expect(!other.message.contains("hunter2"))
        let missing = Self.report(CocoaError(.fileNoSuchFile, userInfo: ["password": "hunter2"]))
        let unreadable = Self.report(CocoaError(.fileReadNoPermission))
        #expect(missing.class != unreadable.class)
        #expect(!missing.message.contains("hunter2"))
        #expect(missing.message.hasPrefix("NSCocoaErrorDomain 4: "), "\(missing.message)")
    }

    @Test("What an error says itself is its message")
    func ownWords() {
        struct Localized: LocalizedError { let errorDescription: String? = "in words" }
        struct Debug: Error, CustomDebugStringConvertible { let debugDescription = "debugged" }
        #expect(Self.report(Localized()).message == "in words")
        #expect(Self.report(Debug()).message == "debugged")
        #expect(Self.report(DescribedError.warm(3)).message == "weather")
    }

    @Test("Cases are classes of their own, without their values")
    func classes() {
        let classes = [ShopError.declined, .soldOut, .login(user: "a", password: "b"), .wrong("x")].map { Self.report($0).class }
        #expect(classes == ["declined", "soldOut", "login", "wrong"].map { "SentieroReporterTests.ShopError.\($0)" })
        #expect(Self.report(DescribedError.cold).class == "SentieroReporterTests.DescribedError.cold")
        #expect(Self.report(DescribedError.warm(5)).class == "SentieroReporterTests.DescribedError.warm")
        struct Coded: Error, IssueKind { let issueKind: String }
        #expect(Self.report(Coded(issueKind: "502")).class.hasSuffix("Coded(502)"))
        let long = Self.report(Coded(issueKind: String(repeating: "z ", count: 5000))).class
        #expect(long.count < 500)
        #expect(Self.report(NSError(domain: String(repeating: "d ", count: 5000), code: 1)).class.count < 500)
        let decoding = Self.report(DecodingError.valueNotFound(Int.self, .init(codingPath: [], debugDescription: "no number")))
        #expect(decoding.class == "Swift.DecodingError.valueNotFound")
    }

    private final class Node: Error, @unchecked Sendable {
        // A test's cycle; one task uses it.
        var next: Node?
        let texts = Array(repeating: String(repeating: "x", count: 5000), count: 500)
    }

    @Test("Values are told to a bounded depth and number")
    func bounds() {
        let node = Node()
        node.next = node
        defer { node.next = nil }
        #expect(Self.report(node).message.count <= 4000)
    }

    @Test(
        "Ignored by name: with and without module and the types around it, and by case",
        arguments: [
            ("Declined", true), ("ShopSpace.Declined", true), ("SentieroReporterTests.ShopSpace.Declined", true), ("Space.Declined", false),
            ("SentieroReporterTests.Declined", false), ("", false),
        ])
    func ignoredNames(name: String, isIgnored: Bool) {
        #expect(Self.report(ShopSpace.Declined()) { $0.ignoredErrors = [.name(name)] }.class.isEmpty == isIgnored)
    }

    @Test func ignoredCases() {
        for name in ["ShopError", "ShopError.declined", "SentieroReporterTests.ShopError.declined"] {
            #expect(Self.report(ShopError.declined) { $0.ignoredErrors = [.name(name)] }.class.isEmpty, "\(name)")
        }
        #expect(!Self.report(ShopError.soldOut) { $0.ignoredErrors = ["ShopError.declined"] }.class.isEmpty)
        for name in ["Stock", "ShopSpace.Stock.empty", "Stock.empty"] {
            #expect(Self.report(ShopSpace.Stock.empty) { $0.ignoredErrors = [.name(name)] }.class.isEmpty, "\(name)")
        }
        #expect(Self.report(NSError(domain: "d", code: 4)) { $0.ignoredErrors = ["NSError(d, 4)"] }.class.isEmpty)
        #expect(Self.report(NSError(domain: "d", code: 4)) { $0.ignoredErrors = ["NSError"] }.class.isEmpty)
    }
}
