import Foundation
import Hummingbird
import SentieroHummingbird
import SentieroReporter
import Testing

/// `docs/reporter-swift.md` compiles: each of its snippets stands here, and the test compares.
@Suite struct DocumentationTests {
    struct Order: Sendable {
        let id = 42
        let total = 12.5
        let recording = "sess-1"
    }

    typealias AppRequestContext = BasicRequestContext

    func configuring() {
        Sentiero.configure {
            $0.endpoint = "https://rec.example.com"  // where Sentiero is mounted
            $0.ingestKey = ProcessInfo.processInfo.environment["SENTIERO_INGEST_KEY"]
            $0.project = "shop"
            $0.environment = "production"
            $0.release = "2.4.1"
            $0.filterKeys = ["iban", .pattern(/^x-internal-/)]
            $0.ignoredErrors = [.type(CancellationError.self), "PaymentDeclined"]
            $0.beforeNotify = { report in
                var report = report
                report.context["region"] = "eu"
                return report  // nil drops it
            }
        }
    }

    func reporting(_ order: Order, pay: (Order) async throws -> Void) async throws {
        do {
            try await pay(order)
        } catch {
            Sentiero.notify(error, context: ["order": .int(order.id), "plan": "pro"])
            throw error
        }
        Sentiero.track("order.paid", payload: ["total": .double(order.total)], session: order.recording)
    }

    func context(tenant: String, session: String, work: () async throws -> Void) async throws {
        try await Sentiero.withContext(["tenant": .string(tenant), "session_id": .string(session)]) {
            Sentiero.addContext(["step": 2])  // until the end of the block
            try await work()
        }
    }

    func hummingbird() {
        let router = Router(context: AppRequestContext.self)
        router.add(middleware: ReporterMiddleware(trustedProxies: 1))  // before the others
        var application = Application(router: router)
        application.addServices(Sentiero.reporter)  // delivers what is left when the application stops
    }

    func testing(checkout: () async -> Void) async {
        let deliveries = await Sentiero.withTestTransport { _ in
            await checkout()
        }
        #expect(deliveries.map(\.path) == [.errors])
        #expect(deliveries.first?.payload["exception_class"] == "Shop.PaymentError")
    }

    @Test("Every snippet of the page is code of this file")
    func snippets() throws {
        let page = try String(contentsOf: TestFiles.root.appendingPathComponent("docs/reporter-swift.md"), encoding: .utf8)
        let here = try Self.squeezed(String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8))
        let snippets = page.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        #expect(snippets.count == 5)
        for snippet in snippets { #expect(here.contains(Self.squeezed(snippet)), "\(snippet)") }
    }

    /// Without indentation.
    private static func squeezed(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }
}
