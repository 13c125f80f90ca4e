import Ingest
import Logging

/// What a filter writes to standard error, as log lines: redacted, cut, and so many in a minute.
struct FilterMessages {
    static let longestLine = 500
    static let mostPerMinute = 20

    private let logger: Logger
    private let redactor: Redactor
    private let clock: WallClock
    private var line: [UInt8] = []
    private var minute: Int64 = -1
    private var written = 0

    init(logger: Logger, redactor: Redactor, clock: WallClock) {
        self.logger = logger
        self.redactor = redactor
        self.clock = clock
    }

    /// The last line, for a message about how it ended.
    private(set) var last = ""

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == FilterLines.newline {
                finishLine()
            } else if line.count < Self.longestLine {
                line.append(byte)
            }
        }
    }

    mutating func finishLine() {
        guard !line.isEmpty else { return }
        last = redactor.text(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
        let now = clock.nowMs() / 60_000
        if now != minute {
            minute = now
            written = 0
        }
        written += 1
        if written <= Self.mostPerMinute { logger.warning("event filter: \(last)") }
        if written == Self.mostPerMinute { logger.warning("event filter: no more lines of it until the next minute") }
    }
}
