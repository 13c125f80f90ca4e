/// Finds the events of a stored chunk without building a JSON tree.
///
/// The bytes were validated before they were stored, so this only has to find borders; anything unexpected makes it give up.
struct EventSplitter {
    /// One event object and its own timestamp (ms).
    struct Span: Equatable {
        let range: Range<Int>
        let timestamp: Double?
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    /// - Parameter chunk: an object with `events`.
    /// - Returns: nil when it has none.
    static func split(_ chunk: [UInt8]) -> [Span]? {
        chunk.withUnsafeBufferPointer { buffer in
            var splitter = EventSplitter(bytes: buffer)
            return splitter.chunk()
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func chunk() -> [Span]? {
        var result: [Span]?
        let isWhole = object { splitter, key in
            guard key.elementsEqual("events".utf8) else { return splitter.skipValue() }
            result = splitter.events()
            return result != nil
        }
        return isWhole ? result : nil
    }

    private mutating func events() -> [Span]? {
        var result: [Span] = []
        guard take("[") else { return nil }
        if take("]") { return result }
        repeat {
            skipSpace()
            let start = at
            var timestamp: Double?
            let isWhole = object { splitter, key in
                let isTimestamp = key.elementsEqual("timestamp".utf8)
                splitter.skipSpace()
                let from = splitter.at
                guard splitter.skipValue() else { return false }
                if isTimestamp {
                    timestamp = Double(String(decoding: splitter.bytes[from..<splitter.at], as: UTF8.self))
                }
                return true
            }
            guard isWhole else { return nil }
            result.append(Span(range: start..<at, timestamp: timestamp))
        } while take(",")
        return take("]") ? result : nil
    }

    /// Walks an object; `member` has to consume each value.
    private mutating func object(_ member: (inout EventSplitter, Slice<UnsafeBufferPointer<UInt8>>) -> Bool) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            skipSpace()
            let start = at
            guard skipString() else { return false }
            let key = bytes[(start + 1)..<(at - 1)]
            guard take(":"), member(&self, key) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func skipValue() -> Bool {
        skipSpace()
        guard at < bytes.count else { return false }
        switch bytes[at] {
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): return skipContainer()
        default:
            let start = at
            while at < bytes.count, !Self.endsScalar(bytes[at]) { at += 1 }
            return at > start
        }
    }

    private mutating func skipContainer() -> Bool {
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            at += 1
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func skipString() -> Bool {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return false }
        at += 1
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\\"): at += 2
            case UInt8(ascii: "\""):
                at += 1
                return true
            default: at += 1
            }
        }
        return false
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: scalar) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
}
