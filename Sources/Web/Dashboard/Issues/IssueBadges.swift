import Ingest
import RedisStore

/// A status as a page shows it; words, and a colour beside them.
struct StatusBadge: Sendable, Equatable {
    let text: String
    let isOpen: Bool
    let isResolved: Bool

    init(_ status: ProblemStatus) {
        text = status.rawValue
        isOpen = status == .open
        isResolved = status == .resolved
    }
}

/// A button that gives an issue another status.
struct StatusButton: Sendable, Equatable {
    let value: String
    let text: String

    init(_ status: ProblemStatus) {
        value = status.rawValue
        text =
            switch status {
            case .open: "Reopen"
            case .resolved: "Resolve"
            case .ignored: "Ignore"
            }
    }

    /// In the order people expect them; for one issue the two that differ from what it is.
    static func all(but current: ProblemStatus? = nil) -> [StatusButton] {
        [ProblemStatus.resolved, .ignored, .open].filter { $0 != current }.map(StatusButton.init)
    }
}

extension ProblemOrigin {
    var title: String {
        switch self {
        case .server: "Server"
        case .browser: "Browser"
        }
    }

    /// What the issues of one origin are called.
    func noun(_ count: Int) -> String {
        switch self {
        case .server: Format.count(count, "server issue")
        case .browser: Format.count(count, "browser issue")
        }
    }

    var other: ProblemOrigin { self == .server ? .browser : .server }
}

extension Problem {
    /// Its first line, cut to what a row has room for.
    var headline: String {
        var line = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        // The class stands beside it.
        for prefix in ["Uncaught (in promise) ", "Uncaught ", exceptionClass + ": "] where prefix.count > 2 && line.hasPrefix(prefix) {
            line.removeFirst(prefix.count)
        }
        let text = line.allSatisfy(\.isWhitespace) ? "No message" : line
        return text.count > 120 ? text.prefix(120) + "…" : text
    }

    /// nil when the browser told none.
    var shownClass: String? { exceptionClass.isEmpty ? nil : exceptionClass }
}
