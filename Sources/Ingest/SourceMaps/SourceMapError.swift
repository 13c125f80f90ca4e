/// Why some bytes are not a source map that can be used: one sentence for whoever uploaded them.
public struct SourceMapError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Without a full stop.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
