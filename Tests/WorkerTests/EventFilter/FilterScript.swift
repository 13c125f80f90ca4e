import Foundation

@testable import Worker

/// A filter written for one test.
struct FilterScript {
    let folder: URL
    let path: String

    /// - Parameter body: Python; `line` is what was read, `answer(value)` writes one line.
    init(_ body: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "filter-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: "filter.py").path
        let text = """
            import json, os, signal, sys, time
            here = os.path.dirname(os.path.abspath(__file__))
            def answer(value):
                sys.stdout.write(value if isinstance(value, str) else json.dumps(value))
                sys.stdout.write("\\n")
                sys.stdout.flush()
            def runs():
                with open(here + "/runs", "a") as file: file.write("x")
                return os.path.getsize(here + "/runs")
            for text in sys.stdin:
                line = json.loads(text)
                event = line["event"]
                if line["session"] == "trial":
                    answer(None)
                    continue
            \(body.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// Waits as long as a busy machine may need, unless the wait is what is tested.
    func settings(timeoutMs: Int = 300_000) throws -> EventFilterSettings {
        let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") ? "/usr/bin/python3" : "python3"
        return EventFilterSettings(command: try EventFilterCommand("\(python) -S '\(path)'"), timeoutMs: timeoutMs, startTimeoutMs: 300_000)
    }

    /// A file the script has written beside itself.
    func file(_ name: String) -> String? { try? String(contentsOf: folder.appending(path: name), encoding: .utf8) }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
