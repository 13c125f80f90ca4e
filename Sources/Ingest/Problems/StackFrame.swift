/// One line of a backtrace, as far as it could be read.
public struct StackFrame: Sendable, Hashable {
    /// As it was reported.
    public var raw: String
    public var function: String?
    /// Path or URL.
    public var file: String?
    /// From 1.
    public var line: Int?
    /// As the platform counts; browsers from 1.
    public var column: Int?
    /// Of the application itself, not of a library, the standard library or another origin.
    public var isApplication: Bool

    public init(
        raw: String, function: String? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil, isApplication: Bool = false
    ) {
        self.raw = raw
        self.function = function
        self.file = file
        self.line = line
        self.column = column
        self.isApplication = isApplication
    }
}
