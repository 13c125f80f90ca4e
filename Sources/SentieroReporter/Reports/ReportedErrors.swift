import Synchronization

/// Class and message of an error, as they are reported.
struct ErrorSummary: Hashable, Sendable {
    let exceptionClass: String
    let message: String

    init(_ error: any Error, scrubber: Scrubber) {
        exceptionClass = ReportLimits.cut(scrubber.scrubbed(ErrorFacts.className(error)), to: ReportLimits.classCharacters)
        message = ReportLimits.cut(ErrorMessage.text(error, scrubber: scrubber), to: ReportLimits.messageCharacters)
    }
}

/// What was reported within one request, so that the error which then leaves its handler is not reported a second time. Errors have no
/// identity: type and message tell whether it is the same.
package final class ReportedErrors: Sendable {
    @TaskLocal package static var current: ReportedErrors?

    private struct Entry: Hashable {
        let reporter: ObjectIdentifier
        let summary: ErrorSummary
    }

    private static let most = 100
    private let entries = Mutex<Set<Entry>>([])

    package init() {}

    func add(_ summary: ErrorSummary, by reporter: Reporter) {
        let entry = Entry(reporter: ObjectIdentifier(reporter), summary: summary)
        entries.withLock { if $0.count < Self.most { $0.insert(entry) } }
    }

    func contains(_ summary: ErrorSummary, by reporter: Reporter) -> Bool {
        entries.withLock { $0.contains(Entry(reporter: ObjectIdentifier(reporter), summary: summary)) }
    }
}
