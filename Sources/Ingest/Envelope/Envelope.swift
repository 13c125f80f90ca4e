/// What the events lane knows of a valid request: everything but the events themselves (spec 01, 1.3).
public struct Envelope: Sendable, Equatable {
    public var sessionID: String
    public var windowID: String
    /// Identity of the batch among its window's (DESIGN.md section 4); absent from older clients.
    public var batchID: String?
    /// Counts from 0 per session and window; only shows gaps.
    public var sequence: Int?
    /// Version and hash of the recorder build, at most 64 letters, digits and `. _ / + -`.
    public var recorder: String?
    public var eventCount: Int
    /// Bytes of the JSON text, after inflation.
    public var inflatedBytes: Int
    public var encoding: BodyEncoding

    static let maxRecorderCharacters = 64

    /// Anything but a version is ignored: this travels beside the body, where nothing is redacted or sealed.
    static func recorder(_ token: UnsafeRawBufferPointer) -> String? {
        let text = StringToken.unescaped(token)
        let isVersion = text.allSatisfy { Identifier.isAllowed($0) || [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+")].contains($0) }
        guard isVersion, (1...maxRecorderCharacters).contains(text.count) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }
}

/// How the body of a request is stored in the ingest stream.
public enum BodyEncoding: String, Sendable, Equatable {
    case identity
    case gzip
}
