import Foundation
import Synchronization

/// One run of the redis-server executable.
final class ServerProcess: Sendable {
    let id: pid_t
    private let hasEnded = Mutex(false)

    init(configuration: String) throws {
        guard let server = Self.find("redis-server") else { throw RedisServerError.notInstalled }
        var arguments = [server, configuration]
        // Only Linux' setpriv can tie the server's life to ours; elsewhere deinit has to do.
        if let setpriv = Self.find("setpriv") { arguments = [setpriv, "--pdeathsig", "KILL"] + arguments }
        id = try SpawnThread.shared.spawn(arguments)
    }

    var isRunning: Bool {
        hasEnded.withLock { hasEnded in
            if !hasEnded { hasEnded = waitpid(id, nil, WNOHANG) != 0 }
            return !hasEnded
        }
    }

    func kill() { end(with: SIGKILL) }
    func terminate() { end(with: SIGTERM) }
    func signal(_ number: Int32) { _ = hasEnded.withLock { $0 ? 0 : Foundation.kill(id, number) } }

    private func end(with number: Int32) {
        hasEnded.withLock { hasEnded in
            guard !hasEnded else { return }
            _ = Foundation.kill(id, number)
            // A stopped or stuck server does not hear SIGTERM, and a test must not wait for it for ever.
            for _ in 0..<300 {
                if waitpid(id, nil, WNOHANG) != 0 {
                    hasEnded = true
                    return
                }
                usleep(10_000)
            }
            _ = Foundation.kill(id, SIGKILL)
            _ = waitpid(id, nil, 0)
            hasEnded = true
        }
    }

    private static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

/// A thread that never ends and starts all children: the kernel's parent-death signal is sent when the *thread* that made the
/// child ends, and the pool's threads come and go.
private final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private struct Job: Sendable {
        let arguments: [String]
        let answer: Answer
    }

    private final class Answer: Sendable {
        let ready = DispatchSemaphore(value: 0)
        let id = Mutex<pid_t?>(nil)
    }

    private let jobs = Mutex<[Job]>([])
    private let work = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                work.wait()
                guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
                let id = Self.posixSpawn(job.arguments)
                job.answer.id.withLock { $0 = id }
                job.answer.ready.signal()
            }
        }
        thread.name = "spawn"
        thread.start()
    }

    /// Blocks for the moment posix_spawn takes.
    func spawn(_ arguments: [String]) throws -> pid_t {
        let answer = Answer()
        jobs.withLock { $0.append(Job(arguments: arguments, answer: answer)) }
        work.signal()
        answer.ready.wait()
        guard let id = answer.id.withLock({ $0 }) else { throw RedisServerError.notInstalled }
        return id
    }

    private static func posixSpawn(_ arguments: [String]) -> pid_t? {
        var id: pid_t = 0
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        // A server that inherited a blocked SIGTERM (libdispatch blocks signals on its threads) could not be asked to stop.
        var attributes = posix_spawnattr_t()
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGTERM)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        guard posix_spawn(&id, arguments[0], nil, &attributes, &pointers, environ) == 0 else { return nil }
        return id
    }
}
