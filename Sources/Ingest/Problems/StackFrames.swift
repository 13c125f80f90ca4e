/// Reads the backtraces of the platforms that are known.
public enum StackFrames {
    /// Longest line that is read; what is longer keeps its text alone.
    private static let maxBytes = 8192

    /// One frame for each line, in their order.
    ///
    /// - Parameters:
    ///   - platform: as reported; nil or unknown: whatever looks like a file and a line.
    ///   - origin: scheme and host of the page, for browsers: frames of others are not the application's.
    public static func parse(_ backtrace: [String], platform: String?, origin: String? = nil) -> [StackFrame] {
        let platform = platform.map(Platform.canonical)
        let read: (FrameLine) -> FrameParts
        switch platform {
        case "javascript": read = FrameParts.javascript
        case "ruby": read = FrameParts.ruby
        case "crystal": read = FrameParts.crystal
        case "swift": read = FrameParts.swift
        case "python": read = FrameParts.python
        case "jvm": read = FrameParts.jvm
        case "go": read = FrameParts.go
        default: read = FrameParts.generic
        }
        return backtrace.map { raw in
            guard raw.utf8.count <= maxBytes else { return StackFrame(raw: raw) }
            let parts = read(FrameLine(Array(raw.utf8)).trimmed)
            let file = parts.file.flatMap { $0.isEmpty ? nil : $0.text }
            let function = parts.function.flatMap { $0.isEmpty ? nil : $0.text }
            return StackFrame(
                raw: raw, function: function, file: file, line: parts.line, column: parts.column,
                isApplication: LibraryFrames.isApplication(file: file, function: function, parts: parts, platform: platform)
                    && (platform != "javascript" || ScriptPath.isOwn(file, origin: origin)))
        }
    }
}

/// What was read of one frame.
struct FrameParts {
    var function: FrameLine?
    var file: FrameLine?
    var line: Int?
    var column: Int?
    /// The binary or module, where the platform tells it.
    var module: FrameLine?

    init(function: FrameLine? = nil) {
        self.function = function
    }

    /// A file with a line and perhaps a column behind it.
    init(function: FrameLine?, location: FrameLine) {
        self.function = function
        var rest = location
        if let last = rest.takeNumber() {
            if let first = rest.takeNumber() {
                line = first
                column = last
            } else {
                line = last
            }
        }
        file = rest
    }
}

/// A piece of a frame's text.
struct FrameLine {
    private(set) var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    var trimmed: FrameLine {
        var rest = bytes
        while let first = rest.first, first <= Bytes.space { rest.removeFirst() }
        while let last = rest.last, last <= Bytes.space { rest.removeLast() }
        return FrameLine(rest)
    }

    func begins(with mark: StaticString) -> Bool { has(mark, at: bytes.startIndex) }
    func ends(with mark: StaticString) -> Bool { has(mark, at: bytes.endIndex - mark.utf8CodeUnitCount) }
    func contains(_ mark: StaticString) -> Bool { place(of: mark) != nil }

    /// Without `mark` in front, when it is there.
    func dropping(_ mark: StaticString) -> FrameLine { begins(with: mark) ? FrameLine(bytes.dropFirst(mark.utf8CodeUnitCount)) : self }
    /// Without `mark` at the end, when it is there.
    func dropping(last mark: StaticString) -> FrameLine { ends(with: mark) ? FrameLine(bytes.dropLast(mark.utf8CodeUnitCount)) : self }

    func place(of mark: StaticString) -> Int? { bytes.indices.first { has(mark, at: $0) } }
    func lastPlace(of mark: StaticString) -> Int? { bytes.indices.last { has(mark, at: $0) } }

    func before(_ place: Int) -> FrameLine { FrameLine(bytes[..<place]) }
    func from(_ place: Int) -> FrameLine { FrameLine(bytes[min(place, bytes.endIndex)...]) }

    /// What is before and behind the first `mark`.
    func split(at mark: StaticString) -> (FrameLine, FrameLine)? { place(of: mark).map { (before($0), from($0 + mark.utf8CodeUnitCount)) } }
    func split(atLast mark: StaticString) -> (FrameLine, FrameLine)? {
        lastPlace(of: mark).map { (before($0), from($0 + mark.utf8CodeUnitCount)) }
    }

    /// Without the part from the first `mark` on.
    func upTo(_ mark: StaticString) -> FrameLine { place(of: mark).map(before) ?? self }

    /// The number behind a colon at the end, which is taken off.
    mutating func takeNumber() -> Int? {
        let digits = bytes.reversed().prefix(while: ByteClass.isDigit).count
        let start = bytes.endIndex - digits
        guard (1...9).contains(digits), start - 1 > bytes.startIndex, bytes[start - 1] == Bytes.colon else { return nil }
        let number = bytes[start...].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        bytes = bytes[..<(start - 1)]
        return number
    }

    /// The whole number the piece is or begins with.
    var leadingNumber: Int? {
        let digits = bytes.prefix(while: ByteClass.isDigit)
        guard (1...9).contains(digits.count) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// The first word, and what follows it.
    var word: (FrameLine, FrameLine) {
        let end = bytes.firstIndex { $0 <= Bytes.space } ?? bytes.endIndex
        return (before(end), from(end).trimmed)
    }

    private func has(_ mark: StaticString, at place: Int) -> Bool {
        guard place >= bytes.startIndex, place + mark.utf8CodeUnitCount <= bytes.endIndex else { return false }
        for index in 0..<mark.utf8CodeUnitCount where bytes[place + index] != mark.utf8Start[index] { return false }
        return true
    }
}
