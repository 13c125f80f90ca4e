/// An error that says which kind of its type it is, where type and case do not tell: `HTTPError(502)`. Errors of other kinds are other issues.
public protocol IssueKind: Error {
    /// Short, the same for all that are one problem, and without values; at most 100 characters are used.
    var issueKind: String { get }
}
