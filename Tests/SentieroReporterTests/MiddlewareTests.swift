import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SentieroHummingbird
import Testing

@testable import SentieroReporter

@Suite struct MiddlewareTests {
    private struct NotFound: HTTPResponseError {
        var status: HTTPResponse.Status { .notFound }
        func response(from request: Request, context: some RequestContext) throws -> Response { Response(status: status) }
    }

    private static func application(_ reporter: Reporter, trustedProxies: Int = 0) -> some ApplicationProtocol {
        let router = Router(context: ReportServer.Context.self)
        router.add(middleware: ReporterMiddleware(reporter: reporter, trustedProxies: trustedProxies))
        router.get("ok") { _, _ in "fine" }
        router.get("orders/:id") { _, context -> String in
            ReportContext.add(["order": .string(context.parameters.get("id") ?? "")])
            throw PaymentError()
        }
        router.get("caught") { _, _ -> String in
            reporter.notify(PaymentError(), context: ["caught": true])
            reporter.track("order.failed")
            return "fine"
        }
        router.get("twice") { request, _ -> String in
            do {
                throw PaymentError()
            } catch {
                ReportContext.with(["order": 7]) { reporter.notify(error) }
                if request.uri.queryParameters["other"] != nil { throw PaymentError(description: "another") }
                throw error
            }
        }
        router.get("bad") { _, _ -> String in throw HTTPError(.badRequest) }
        router.get("gone") { _, _ -> String in throw NotFound() }
        router.get("down") { _, _ -> String in throw HTTPError(.badGateway, message: "no upstream") }
        var logger = Logger(label: "app")
        logger.logLevel = .critical
        return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: logger)
    }

    @Test("01-119: an unhandled error is reported with its request and recording, and thrown on")
    func unhandled() async throws {
        let (reporter, transport) = kept()
        try await Self.application(reporter).test(.live) { client in
            try await client.execute(
                uri: "/orders/42?page=2&token=abc&q=a%20b+c&mail=a@b.co", method: .get,
                headers: [.cookie: "theme=dark; sentiero_sid=sess-1; sentiero_wid=win-1", .xForwardedFor: "203.0.113.42"]
            ) { #expect($0.status == .internalServerError) }
        }
        let payload = try #require(transport.deliveries.first).payload
        #expect(transport.deliveries.count == 1)
        #expect(payload["exception_class"] == "SentieroReporterTests.PaymentError")
        #expect(payload["session_id"] == "sess-1")
        #expect(payload["window_id"] == "win-1")
        #expect(payload["backtrace"] == ["GET /orders/{id}"])
        #expect(
            payload["context"] == [
                "order": "42",
                "request": [
                    "method": "GET", "path": "/orders/42", "ip": "127.0.0.0",
                    "params": ["page": "2", "token": "[FILTERED]", "q": "a b c", "mail": "[redacted]"],
                ],
            ])
    }

    @Test("01-119: a forged cookie is dropped, not the report; badly encoded parameters are none")
    func forged() async throws {
        let (reporter, transport) = kept { $0.windowCookieName = "w" }
        try await Self.application(reporter).test(.live) { client in
            try await client.execute(uri: "/orders/1?a=%zz&b=1", method: .get, headers: [.cookie: "sentiero_sid=bad%20id!; w=win-2"]) {
                #expect($0.status == .internalServerError)
            }
        }
        let payload = try #require(transport.deliveries.first).payload
        #expect(payload["session_id"] == nil)
        #expect(payload["window_id"] == "win-2")
        #expect(payload["context"]?["request"]?["params"] == [:])
    }

    @Test("What the handler reported before it threw is not reported again, in this request")
    func reportedOnce() async throws {
        let (reporter, transport) = kept()
        try await Self.application(reporter).test(.live) { client in
            try await client.execute(uri: "/twice", method: .get) { #expect($0.status == .internalServerError) }
            #expect(transport.deliveries.map { $0.payload["context"]?["order"] } == [7])
            try await client.execute(uri: "/twice?other=1", method: .get) { #expect($0.status == .internalServerError) }
            #expect(transport.deliveries.map { $0.payload["message"] } == ["declined", "declined", "another"])
            try await client.execute(uri: "/orders/1", method: .get) { #expect($0.status == .internalServerError) }
            #expect(transport.deliveries.count == 4, "another request")
        }
    }

    @Test(
        "Paths are decoded, so that what is in them is redacted",
        arguments: [
            ("/orders/alice%40example.com", "/orders/[redacted]"), ("/orders/alice%2540example.com", "/orders/[redacted]"),
            ("/orders/4111%201111%201111%201111", "/orders/[redacted]"), ("/orders/caf%C3%A9", "/orders/café"), ("/orders/%ff", "/orders/%ff"),
            ("/orders/a%00b%3Fc%23d", "/orders/a%00b%3Fc%23d"), ("/orders/100%25", "/orders/100%25"), ("/orders/%zz%40", "/orders/%zz%40"),
        ])
    func encodedPaths(uri: String, path: String) async throws {
        let (reporter, transport) = kept()
        try await Self.application(reporter).test(.live) { client in
            try await client.execute(uri: uri, method: .get) { _ in }
        }
        #expect(transport.deliveries.first?.payload["context"]?["request"]?["path"] == .string(path))
    }

    @Test("Failures of different statuses are different issues")
    func statuses() async throws {
        let (reporter, transport) = kept { $0.ignoredErrors = ["HTTPError(504)"] }
        for status in [HTTPResponse.Status.badGateway, .serviceUnavailable, .gatewayTimeout] { reporter.notify(HTTPError(status)) }
        #expect(transport.deliveries.map { $0.payload["exception_class"] } == ["Hummingbird.HTTPError(502)", "Hummingbird.HTTPError(503)"])
    }

    @Test("Success and answers below 500 are nobody's business, failures are")
    func answers() async throws {
        let (reporter, transport) = kept()
        try await Self.application(reporter).test(.live) { client in
            for (uri, status) in [("/ok", 200), ("/bad", 400), ("/gone", 404), ("/nowhere", 404)] {
                try await client.execute(uri: uri, method: .get) { #expect($0.status.code == status) }
            }
            #expect(transport.deliveries.isEmpty)
            try await client.execute(uri: "/down", method: .get) { #expect($0.status == .badGateway) }
        }
        #expect(transport.deliveries.count == 1)
    }

    @Test("Handlers report with the context of their request")
    func handlers() async throws {
        let (reporter, transport) = kept()
        try await Self.application(reporter).test(.live) { client in
            try await client.execute(uri: "/caught", method: .get, headers: [.cookie: "sentiero_sid=sess-1"]) { #expect($0.status == .ok) }
        }
        #expect(transport.deliveries.map { $0.payload["session_id"] } == ["sess-1", "sess-1"])
        #expect(transport.deliveries[0].payload["context"]?["request"]?["path"] == "/caught")
        #expect(transport.deliveries[1].payload["payload"] == [:])
        #expect(ReportContext.current.isEmpty)
    }

    @Test("A reporter that is off, or whose hook and transport fail, leaves requests alone")
    func failing() async throws {
        let reporters = [
            Reporter(configuration: ReporterConfiguration()),
            Reporter(
                configuration: configuration(ScriptedTransport([.rejected(reason: "no")])) { $0.beforeNotify = { _ in throw PaymentError() } }),
        ]
        for reporter in reporters {
            try await Self.application(reporter).test(.live) { client in
                try await client.execute(uri: "/ok", method: .get) { #expect($0.status == .ok) }
                try await client.execute(uri: "/orders/1", method: .get) { #expect($0.status == .internalServerError) }
            }
        }
    }

    @Test("The client behind proxies is whom the outermost trusted one saw")
    func proxies() async throws {
        let cases: [(Int, [String], String)] = [
            (1, ["203.0.113.42"], "203.0.113.0"), (1, ["6.6.6.6, 203.0.113.42"], "203.0.113.0"),
            (2, ["6.6.6.6, 203.0.113.42, 10.0.0.1"], "203.0.113.0"),
            (2, ["203.0.113.42"], "203.0.113.0"), (1, [], "127.0.0.0"), (0, ["203.0.113.42"], "127.0.0.0"),
            (1, ["2001:db8:abcd:1234::1"], "2001:db8:abcd::"), (1, ["203.0.113.42:4444"], "203.0.113.0"),
            (1, ["[2001:db8:abcd::1]:443"], "2001:db8:abcd::"),
        ]
        for (count, headers, ip) in cases {
            let (reporter, transport) = kept()
            try await Self.application(reporter, trustedProxies: count).test(.live) { client in
                var fields = HTTPFields()
                for header in headers { fields.append(.init(name: .xForwardedFor, value: header)) }
                try await client.execute(uri: "/orders/1", method: .get, headers: fields) { _ in }
            }
            #expect(transport.deliveries.first?.payload["context"]?["request"]?["ip"] == .string(ip), "\(count) \(headers)")
        }
    }
}

extension HTTPField.Name {
    fileprivate static var xForwardedFor: Self { .init("X-Forwarded-For")! }
}
