import Foundation
import Glibc

/// What the demo tells the person in front of it, and the keys it listens to.
struct DemoConsole: Sendable {
    let plan: DemoPlan
    private let isTerminal = isatty(1) == 1

    init(plan: DemoPlan) { self.plan = plan }

    func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private func bold(_ text: String) -> String { isTerminal ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func banner(pids: [String: pid_t]) {
        let running = pids.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " · ")
        say(
            """

              \(bold("Sentiero is running."))

              1. Visit the shop     \(bold(plan.shopURL))
              2. Watch your visit   \(bold(plan.dashboardURL))   login \(bold("\(plan.user) / \(plan.password)"))

              processes   \(running)
              data        redis-cli -s \(plan.socketPath)\(plan.isKept ? "   (kept in \(plan.dataFolder))" : "")
              logs        \(plan.dataFolder)/*.log
            """)
        if plan.isExposed { say("\n  Anyone who can reach \(plan.host) can open both addresses; the password above was made for this run.") }
        keys()
    }

    func keys() {
        say("\n  Type a letter and Enter: k kill -9 the worker · s start what has stopped · i these lines again · q quit (or Ctrl-C)\n")
    }

    func ended(_ name: String, pid: pid_t, exit: ChildExit, lastLines: [String]) {
        say(bold("\(name) (process \(pid)) \(exit)."))
        if !lastLines.isEmpty { say(lastLines.map { "    \($0)" }.joined(separator: "\n")) }
        if name.hasPrefix("worker") {
            say(
                """
                Recording goes on: batches are accepted and wait in Redis, and nothing is lost.
                Type s and Enter to start it again here, or start one from another terminal:
                    \(plan.workerCommand)
                """)
        } else if name == "redis" {
            say("Browsers keep what they recorded and try again. Type s and Enter to start it again; it has everything that was acknowledged.")
        } else {
            say("Type s and Enter to start it again.")
        }
    }

    /// Reads lines on a thread of its own until the input ends. In the background of a terminal there is no input.
    func readKeys(_ handle: @escaping @Sendable (String) -> Void) {
        signal(SIGTTIN, SIG_IGN)
        let thread = Thread {
            while let line = readLine() { handle(line.trimmingCharacters(in: .whitespaces).lowercased()) }
        }
        thread.start()
    }
}
