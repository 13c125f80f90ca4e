import Foundation
import Logging
import Synchronization
import Testing

@testable import SentieroReporter

struct PaymentError: Error, CustomStringConvertible {
    var description = "declined"
}

/// Configured to report, and nowhere unless a transport is given.
func configuration(
    _ transport: (any ReportTransport)? = NullTransport(), _ change: (inout ReporterConfiguration) -> Void = { _ in }
) -> ReporterConfiguration {
    var configuration = ReporterConfiguration()
    configuration.endpoint = "http://127.0.0.1:9"
    configuration.ingestKey = "key-1"
    configuration.project = "shop"
    configuration.transport = transport
    configuration.retry.firstDelay = .milliseconds(10)
    configuration.logger = LogLines().logger
    change(&configuration)
    return configuration
}

/// A reporter whose reports are kept.
func kept(_ change: (inout ReporterConfiguration) -> Void = { _ in }) -> (Reporter, TestTransport) {
    let transport = TestTransport()
    return (Reporter(configuration: configuration(transport, change)), transport)
}

/// A transport that is never done, or only when told.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Answers each delivery with the next of its outcomes, and then always with success.
final class ScriptedTransport: ReportTransport {
    let outcomes: Mutex<[DeliveryError?]>
    let attempts = Mutex<[Delivery]>([])
    let gate: Gate?

    init(_ outcomes: [DeliveryError?] = [], gate: Gate? = nil) {
        self.outcomes = Mutex(outcomes)
        self.gate = gate
    }

    func deliver(_ delivery: Delivery) async throws(DeliveryError) {
        attempts.withLock { $0.append(delivery) }
        await gate?.pass()
        if let error = outcomes.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
    }
}

/// Keeps what is logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }
}

enum TestFiles {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let root = folder.deletingLastPathComponent().deletingLastPathComponent()
}

/// Polls until it is so, for at most 10 s.
func eventually(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while !condition(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
    #expect(condition(), sourceLocation: sourceLocation)
}
