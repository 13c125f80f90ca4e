import Foundation
import Synchronization
import Testing

@testable import Sentiero

@Suite struct ChildProcessTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("children-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func program(_ command: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"]) -> ChildProgram {
        ChildProgram(name: "child", command: command, environment: environment, logPath: folder.appendingPathComponent("log").path)
    }

    /// Runs to its end.
    private func end(of program: ChildProgram, after act: @escaping @Sendable (ChildProcess) async -> Void = { _ in }) async throws -> ChildExit {
        let (exits, report) = AsyncStream<ChildExit>.makeStream()
        let child = try await ChildProcess.start(program) { _, exit in
            report.yield(exit)
            report.finish()
        }
        await act(child)
        let exit = await exits.first { _ in true }
        #expect(!child.isRunning)
        return try #require(exit)
    }

    @Test func statusOutputAndEnvironmentArrive() async throws {
        let command = ["sh", "-c", "echo $WORD; echo err >&2; exit 3"]
        let exit = try await end(of: program(command, environment: ["PATH": "/usr/bin:/bin", "WORD": "larch"]))
        #expect(exit == .status(3))
        #expect(try String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8) == "larch\nerr\n")
    }

    @Test func killedByASignalIsToldApart() async throws {
        let exit = try await end(of: program(["sleep", "60"])) { $0.send(signal: SIGKILL) }
        #expect(exit == .signal(SIGKILL))
        #expect("\(exit)" == "was killed by signal 9")
    }

    @Test func stopGoesFromAskingToKilling() async throws {
        let stubborn = try await end(of: program(["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"])) { child in
            try? await Task.sleep(for: .milliseconds(200))
            await child.stop(within: .milliseconds(300))
        }
        #expect(stubborn == .signal(SIGKILL))
        #expect(try await end(of: program(["sleep", "60"])) { await $0.stop(within: .seconds(20)) } == .signal(SIGTERM))
    }

    /// A child must be stoppable whatever its parent ignores.
    @Test func ignoredSignalsAreNotInherited() async throws {
        let before = signal(SIGTERM, SIG_IGN)
        defer { signal(SIGTERM, before) }
        #expect(try await end(of: program(["sleep", "60"])) { $0.send(signal: SIGTERM) } == .signal(SIGTERM))
    }

    @Test func missingProgramIsAnErrorOrStatus127() async throws {
        do {
            #expect(try await end(of: program(["no-such-program-here"])) == .status(127))
        } catch let error as ChildStartError {
            #expect("\(error)".contains("no-such-program-here"))
        }
    }
}
