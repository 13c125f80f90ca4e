public import Hummingbird
public import SentieroReporter

/// Failures of different statuses are different issues: `Hummingbird.HTTPError(502)`.
extension HTTPError: IssueKind {
    public var issueKind: String { String(status.code) }
}
