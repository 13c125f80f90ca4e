import Foundation
import Testing

@testable import SentieroReporter

/// The exact bodies that are sent, in `Fixtures/`: the server's lanes can be held to them.
@Suite struct ContractTests {
    private static func fixture(_ name: String) throws -> String {
        let file = TestFiles.folder.appendingPathComponent("Fixtures/\(name).json")
        return try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Time and ids do not change.
    private static func deliveries(_ body: (Reporter) -> Void) -> [String] {
        let transport = TestTransport()
        let reporter = Reporter(
            configuration: configuration(transport) {
                $0.environment = "production"
                $0.release = "2.4.1"
            }, now: { 1_750_000_000.123_4 }, makeID: { "Zx3_-90abcDE" })
        body(reporter)
        return transport.deliveries.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test("An error as the middleware reports it")
    func error() throws {
        let bodies = Self.deliveries { reporter in
            ReportContext.with([
                "session_id": "5f0c7a52-8d1b-4c1e-9a64-0f6b1d2c3e4f", "window_id": "b3a1d6f0-2c4e-4f6a-8b0d-1e3f5a7c9d2b",
                "request": ["method": "POST", "path": "/cart/checkout", "ip": "203.0.113.0", "params": ["step": "2", "token": "t-1"]],
            ]) {
                reporter.notify(
                    PaymentError(description: "card 4111 1111 1111 1111 of alice@example.com was declined \"twice\"\n/ü/😀"),
                    context: ["cart": ["items": 3, "total": 12.5, "coupon": nil, "gift": false]],
                    backtrace: ["Shop/Checkout.swift:42 pay(_:)", "POST /cart/checkout"])
            }
        }
        #expect(bodies == [try Self.fixture("error")])
    }

    @Test("An error with nothing beside it")
    func bareError() throws {
        let transport = TestTransport()
        let reporter = Reporter(configuration: configuration(transport), now: { 1_750_000_000 }, makeID: { "Zx3_-90abcDE" })
        reporter.notify(PaymentError(), fileID: "Shop/Checkout.swift", line: 42, function: "pay(_:)")
        #expect(transport.deliveries.map { String(decoding: $0.body, as: UTF8.self) } == [try Self.fixture("error-bare")])
    }

    @Test("Server events")
    func track() throws {
        let bodies = Self.deliveries { reporter in
            reporter.track("order.paid", payload: ["order": 42, "total": 12.5, "note": "for alice@example.com", "api_key": "k-1"], session: "sess-1")
            reporter.track("cache.cold", level: .warn)
        }
        #expect(bodies == [try Self.fixture("track"), try Self.fixture("track-bare")])
    }

    @Test func theVersionIsThreeNumbers() { #expect(ReporterVersion.text.split(separator: ".").count == 3) }
}
