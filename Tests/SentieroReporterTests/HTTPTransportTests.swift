import Foundation
import HTTPTypes
import Testing

@testable import SentieroReporter

/// Against a real server.
@Suite struct HTTPTransportTests {
    private static func reporter(_ server: ReportServer, _ change: (inout ReporterConfiguration) -> Void = { _ in }) -> Reporter {
        Reporter(
            configuration: configuration(nil) {
                $0.endpoint = server.endpoint
                change(&$0)
            })
    }

    @Test("Method, path, headers, body; one connection for all")
    func form() async throws {
        try await ReportServer.with { server in
            let reporter = Self.reporter(server)
            let expected = await reporter.withTestTransport { _ in reporter.track("order") }
            reporter.notify(PaymentError())
            #expect(await reporter.flush())
            reporter.track("order")
            #expect(await reporter.flush())
            #expect(server.received.map(\.method) == ["POST", "POST"])
            #expect(server.received.map(\.path) == ["/sentiero/errors", "/sentiero/track"])
            let headers = server.received[0].headers
            #expect(headers[.contentType] == "application/json")
            #expect(headers[.authorization] == "Bearer key-1")
            #expect(headers[.contentEncoding] == nil)
            #expect(headers[.userAgent] == "sentiero-swift/\(ReporterVersion.text)")
            #expect(Set(server.received.map(\.connection)).count == 1)
            #expect(Set(server.received[1].payload.keys) == Set(expected[0].payload.keys))
            #expect(server.received.allSatisfy { $0.id?.wholeMatch(of: /[A-Za-z0-9_-]{12}/) != nil })
            #expect(reporter.statistics.delivered == 2)
        }
    }

    @Test("503, 429 and then 200: the same report, the same batchId")
    func retrying() async throws {
        try await ReportServer.with([.status(503), .status(429, ["Retry-After": "1"]), .status(200)]) { server in
            let reporter = Self.reporter(server)
            reporter.notify(PaymentError())
            #expect(await reporter.flush())
            try #require(server.received.count == 3)
            #expect(Set(server.received.map(\.body)).count == 1)
            #expect(server.received[2].at - server.received[1].at >= .milliseconds(950), "Retry-After is honoured")
            #expect(reporter.statistics.delivered == 1)
            #expect(reporter.statistics.retried == 2)
        }
    }

    @Test("Refusals and redirects are final", arguments: [400, 401, 404, 413, 302, 307])
    func refusals(status: Int) async throws {
        try await ReportServer.with([.status(status, ["Location": "/elsewhere"])]) { server in
            let reporter = Self.reporter(server)
            reporter.notify(PaymentError())
            #expect(await reporter.flush())
            #expect(server.received.map(\.path) == ["/sentiero/errors"])
            #expect(reporter.statistics.failed == 1)
        }
    }

    @Test("A server that hangs: the host does not wait, what does not fit is counted, shutdown ends in time")
    func hanging() async throws {
        try await ReportServer.with(Array(repeating: .hang, count: 100)) { server in
            let reporter = Self.reporter(server)
            let start = ContinuousClock.now
            for _ in 0..<130 { reporter.notify(PaymentError()) }
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(reporter.statistics.dropped == 30)
            let stop = ContinuousClock.now
            await reporter.shutdown(timeout: .milliseconds(300))
            #expect(ContinuousClock.now - stop < .seconds(20))
            #expect(reporter.statistics.failed == 100)
            #expect(server.received.count <= 4)
        }
    }

    @Test("A server that hangs once: given up after the read time-out, tried again, all delivered")
    func hangingOnce() async throws {
        try await ReportServer.with([.hang]) { server in
            let reporter = Self.reporter(server) { $0.readTimeout = .milliseconds(500) }
            for _ in 0..<40 { reporter.track("order") }
            #expect(await reporter.flush())
            #expect(reporter.statistics.delivered == 40)
            #expect(server.received.count == 41)
            #expect(Set(server.received.map(\.id)).count == 40)
        }
    }

    @Test("An answer without an end holds nothing up")
    func trickling() async throws {
        try await ReportServer.with([.trickle]) { server in
            let reporter = Self.reporter(server) {
                $0.readTimeout = .milliseconds(200)
                $0.connectTimeout = .milliseconds(200)
            }
            reporter.track("first")
            reporter.track("second")
            let start = ContinuousClock.now
            #expect(await reporter.flush())
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(reporter.statistics.delivered == 2)
            #expect(Set(server.received.map(\.id)).count == 2)
        }
    }

    @Test("Nobody listens: tried again, then given up, and said once without the key")
    func refusedConnection() async throws {
        let log = LogLines()
        let reporter = Reporter(
            configuration: configuration(nil) {
                $0.endpoint = "http://127.0.0.1:1"
                $0.retry.attempts = 3
                $0.logger = log.logger
            })
        reporter.notify(PaymentError())
        reporter.notify(PaymentError())
        #expect(await reporter.flush())
        #expect(reporter.statistics.failed == 2)
        #expect(reporter.statistics.retried == 4)
        #expect(log.all.count == 1)
        #expect(log.all.first?.contains("key-1") == false)
    }

    @Test("Bodies over 1 KiB are packed, and unpack to what was reported")
    func gzip() async throws {
        try await ReportServer.with { server in
            let reporter = Self.reporter(server)
            let text = (0..<200).map { "line \($0)" }.joined(separator: "\n")
            reporter.track("large", payload: ["text": .string(text)])
            #expect(await reporter.flush())
            let received = try #require(server.received.first)
            #expect(received.headers[.contentEncoding] == "gzip")
            #expect(received.bytes.count < 1024)
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("body-\(UUID().uuidString).gz")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(received.bytes).write(to: file)
            let payload = try JSONDecoder().decode([String: ReportValue].self, from: Self.unpacked(file))
            #expect(payload["payload"]?["text"] == .string(text))
        }
        #expect(GzipBody.packed(Array(repeating: 0, count: 1024)) == nil)
        #expect(GzipBody.packed((0..<2000).map { _ in UInt8.random(in: 0...255) }) == nil, "not worth it")
    }

    /// By the program of that name.
    private static func unpacked(_ file: URL) throws -> Data {
        let gzip = Process()
        let output = Pipe()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", file.path]
        gzip.standardOutput = output
        try gzip.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        gzip.waitUntilExit()
        return data
    }

    @Test("Time-outs that no clock can count are no trouble")
    func extremeTimeouts() async throws {
        try await ReportServer.with { server in
            let reporter = Self.reporter(server) {
                $0.connectTimeout = .seconds(Int64.max)
                $0.readTimeout = .seconds(Int64.max)
            }
            reporter.track("order")
            #expect(await reporter.flush())
            #expect(reporter.statistics.delivered == 1)
        }
    }

    @Test(
        "Endpoints: where one is exposed",
        arguments: [
            ("https://rec.example.com/", false), ("http://localhost:8080", false), ("http://127.0.0.1", false), ("http://127.9.9.9/x", false),
            ("http://[::1]:80/", false), ("http://app.localhost", false), ("HTTP://LOCALHOST", false), ("http://rec.example.com", true),
            ("http://127.0.0.1.example.com", true), ("http://10.0.0.1", true), ("http://localhost.example.com", true),
        ])
    func exposure(endpoint: String, isExposed: Bool) throws {
        #expect(try #require(Endpoint(endpoint)).isExposed == isExposed)
        let log = LogLines()
        _ = Reporter(
            configuration: configuration(nil) {
                $0.endpoint = endpoint
                $0.logger = log.logger
            })
        #expect(log.all.count == (isExposed ? 1 : 0))
    }

    @Test(
        "Endpoints that are none",
        arguments: [
            "rec.example.com", "ftp://x", "https://", "https://x/?a=1", "https://x/#f", "not a url", "/", "http://127.0.0.1:65536",
            "http://127.0.0.1:99999999999999999999", "http://127.0.0.1:0", "http://127.0.0.1:-1", "http://127.0.0.1:80a", "http://127.0.0.1:",
            "http://[::1", "http://[::1]80", "http://[::1]:65536", "http://user:pw@x", "http://ü.example", "http://a b", "http:///x", "http://x\0y",
            "http://x/a b", "https://x:443:443", "http:x", "http://%41",
        ])
    func noEndpoints(endpoint: String) {
        let log = LogLines()
        let reporter = Reporter(
            configuration: configuration(nil) {
                $0.endpoint = endpoint
                $0.logger = log.logger
            })
        #expect(!reporter.isActive)
        #expect(log.all.count == 1)
    }

    @Test("A key that no header can hold", arguments: ["a\nb", "a b", "schlüssel", "a\0"])
    func noKeys(key: String) {
        let log = LogLines()
        let reporter = Reporter(
            configuration: configuration(nil) {
                $0.ingestKey = key
                $0.logger = log.logger
            })
        #expect(!reporter.isActive)
        #expect(log.all.count == 1)
        #expect(!log.all.contains { $0.contains(key) })
    }

    @Test("White space around the settings is left out, as of a key that was read from a file")
    func trimming() async throws {
        try await ReportServer.with { server in
            let reporter = Self.reporter(server) {
                $0.endpoint = " \(server.endpoint)\n"
                $0.ingestKey = "key-1\r\n"
                $0.project = " shop\n"
            }
            #expect(reporter.configuration.project == "shop")
            reporter.track("order")
            #expect(await reporter.flush())
            #expect(server.received.first?.headers[.authorization] == "Bearer key-1")
            #expect(reporter.statistics.delivered == 1)
        }
        #expect(!Reporter(configuration: configuration(nil) { $0.ingestKey = " \n" }).isActive)
    }

    @Test func trailingSlashesGo() { #expect(Endpoint("https://x.test/sentiero///")?.base == "https://x.test/sentiero") }

    @Test(
        "Retry-After",
        arguments: [
            ("7", 7.0), (" 7 ", 7), ("0", 0), ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sun, 06 Nov 1994 08:49:27 GMT", 0), ("-1", nil),
            ("soon", nil), ("", nil), ("999999999", 86_400),
        ] as [(String, Double?)])
    func retryAfter(text: String, seconds: Double?) {
        let now = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryAfter.duration(text, now: now) == seconds.map { .seconds($0) })
    }
}
