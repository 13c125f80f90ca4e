/// Where a position of a built script was written.
public struct OriginalPosition: Sendable, Equatable {
    /// As the map names it, with its `sourceRoot` in front.
    public let source: String
    /// From 1.
    public let line: Int
    /// From 1, in UTF-16 units, as browsers count.
    public let column: Int
    /// What stood there before the script was minified, when the map says.
    public let name: String?
    /// The line and up to two on either side; empty when the map holds no sources.
    public let context: [ContextLine]

    public init(source: String, line: Int, column: Int, name: String?, context: [ContextLine]) {
        self.source = source
        self.line = line
        self.column = column
        self.name = name
        self.context = context
    }
}

/// A line of an original source.
public struct ContextLine: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// Cut when it is long; then around the position.
    public let text: String
    /// The line of the position.
    public let isMarked: Bool

    public init(number: Int, text: String, isMarked: Bool) {
        self.number = number
        self.text = text
        self.isMarked = isMarked
    }
}
