import Foundation
import ServiceLifecycle
import Testing

@testable import SentieroReporter

/// Delivers into a file, a moment later.
private struct FileTransport: ReportTransport {
    let path: String

    func deliver(_ delivery: Delivery) async throws(DeliveryError) {
        try? await Task.sleep(for: .milliseconds(100))
        _ = FileManager.default.createFile(atPath: path, contents: Data(delivery.body))
    }
}

/// Ends its group with an error.
private struct BusyPort: Service {
    func run() async throws { throw PaymentError(description: "port in use") }
}

@Suite struct ExitTests {
    /// Runs `body` with the name of a file, beside which files of other names may be put.
    private static func withFile(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("exit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appendingPathComponent("reports"))
    }

    @Test("A process that ends delivers what the reporters still hold, also one that was replaced")
    func atExit() async throws {
        try await Self.withFile { file in
            try await #require(
                processExitsWith: .success,
                performing: { [path = file.path as String] in
                    for name in ["first", "second"] {
                        Sentiero.configure { $0 = configuration(FileTransport(path: path + name)) }
                        Sentiero.track("last words of the \(name)")
                    }
                    exit(0)
                })
            for name in ["first", "second"] {
                #expect(try String(contentsOfFile: file.path + name, encoding: .utf8).contains("last words of the \(name)"))
            }
        }
    }

    @Test("What ends a service group is delivered, too")
    func afterTheGroup() async throws {
        try await Self.withFile { file in
            try await #require(
                processExitsWith: .success,
                performing: { [path = file.path as String] in
                    Sentiero.configure { $0 = configuration(FileTransport(path: path)) }
                    do {
                        try await ServiceGroup(services: [Sentiero.reporter, BusyPort()], logger: LogLines().logger).run()
                    } catch {
                        Sentiero.notify(error)
                    }
                    exit(0)
                })
            #expect(try String(contentsOf: file, encoding: .utf8).contains("port in use"))
        }
    }
}
