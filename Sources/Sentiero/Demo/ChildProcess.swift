import Foundation
import Glibc
import Synchronization

/// What to start: a program of the search path or a path, its arguments, and the file its output goes to.
struct ChildProgram: Sendable {
    let name: String
    let command: [String]
    var environment: [String: String] = ProcessInfo.processInfo.environment
    let logPath: String
    /// What the kernel sends it when this process is gone, however it went.
    var signalWhenOrphaned = "KILL"

    /// Through `setpriv`, where there is one: the request to be signalled survives its exec.
    fileprivate var arguments: [String] {
        guard let setpriv = SearchPath.find("setpriv") else { return command }
        return [setpriv, "--pdeathsig", signalWhenOrphaned] + command
    }
}

/// How a child ended.
enum ChildExit: Sendable, Equatable, CustomStringConvertible {
    case status(Int32)
    case signal(Int32)

    var description: String {
        switch self {
        case .status(let status): "ended with status \(status)"
        case .signal(let number): "was killed by signal \(number)"
        }
    }
}

struct ChildStartError: Error, CustomStringConvertible {
    let program: String
    let code: Int32
    var description: String { "\(program) does not start: \(String(cString: strerror(code)))" }
}

/// A running child and the thread that waits for it.
///
/// The thread matters: the kernel's "parent has died" means the thread that started the child, and threads of a pool come and go.
final class ChildProcess: Sendable {
    let name: String
    let pid: pid_t
    private let running = Mutex(true)

    private init(name: String, pid: pid_t) {
        self.name = name
        self.pid = pid
    }

    var isRunning: Bool { running.withLock { $0 } }

    /// - Parameter onExit: called once, from the waiting thread.
    static func start(_ program: ChildProgram, onExit: @escaping @Sendable (ChildProcess, ChildExit) -> Void) async throws -> ChildProcess {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                do throws(ChildStartError) {
                    let child = ChildProcess(name: program.name, pid: try spawn(program))
                    continuation.resume(returning: child)
                    onExit(child, child.waitForExit())
                } catch {
                    continuation.resume(throwing: error)
                }
            }
            thread.name = "child \(program.name)"
            thread.start()
        }
    }

    /// Does nothing once the child is gone, so that no stranger with its number is hit.
    func send(signal number: Int32) {
        running.withLock { isRunning in
            if isRunning { _ = kill(pid, number) }
        }
    }

    /// SIGTERM, and SIGKILL when that did not help in time.
    func stop(within limit: Duration) async {
        send(signal: SIGTERM)
        let deadline = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        send(signal: SIGKILL)
        while isRunning { try? await Task.sleep(for: .milliseconds(20)) }
    }

    private func waitForExit() -> ChildExit {
        // First wait without reaping: until it is reaped, the process number is not given to another.
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        var status: Int32 = 0
        running.withLock { isRunning in
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            isRunning = false
        }
        return status & 0x7f == 0 ? .status(status >> 8 & 0xff) : .signal(status & 0x7f)
    }

    private static func spawn(_ program: ChildProgram) throws(ChildStartError) -> pid_t {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, program.logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&files, 1, 2)

        // A group of its own: Ctrl-C reaches only this process, which then stops the others in order. Signals ignored here are not ignored there.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var every = sigset_t()
        sigfillset(&every)
        posix_spawnattr_setsigdefault(&attributes, &every)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        var arguments: [UnsafeMutablePointer<CChar>?] = program.arguments.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = program.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program.arguments[0], &files, &attributes, &arguments, &environment)
        guard code == 0 else { throw ChildStartError(program: program.command[0], code: code) }
        return pid
    }
}

/// Programs of `PATH`.
enum SearchPath {
    static func find(_ program: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}
