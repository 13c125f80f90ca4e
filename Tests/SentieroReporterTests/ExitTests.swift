import Foundation
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

@Suite struct ExitTests {
    private static let variable = "SENTIERO_TEST_EXIT_FILE"

    @Test("A process that ends delivers what the default reporter still holds")
    func atExit() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("exit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        setenv(Self.variable, file.path, 1)
        await #expect(processExitsWith: .success) {
            let path = ProcessInfo.processInfo.environment["SENTIERO_TEST_EXIT_FILE"] ?? ""
            Sentiero.configure { $0 = configuration(FileTransport(path: path)) }
            Sentiero.track("last words")
            exit(0)
        }
        #expect(try String(contentsOf: file, encoding: .utf8).contains("last words"))
    }
}
