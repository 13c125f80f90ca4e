/// Timestamps that came as strings are stored as numbers (spec 01 section 1.3, case 16).
enum NumericTimestamp {
    /// The event with every top-level `timestamp` that is a string replaced by `value`. nil when the event cannot be followed.
    static func replacing(in event: UnsafeRawBufferPointer, by value: Double) -> [UInt8]? {
        var cursor = JSONCursor(event)
        var tokens: [Range<Int>] = []
        do throws(JSONFault) {
            try cursor.object { (cursor, key) throws(JSONFault) in
                let isTimestamp = try cursor.isNamed(key, "timestamp")
                let isString = try cursor.next() == Bytes.quote
                let range = try cursor.skipValue()
                if isTimestamp, isString { tokens.append(range) }
            }
        } catch {
            return nil
        }
        var result: [UInt8] = []
        result.reserveCapacity(event.count)
        var position = 0
        for token in tokens {
            result.append(contentsOf: event[position..<token.lowerBound])
            result.append(contentsOf: text(of: value).utf8)
            position = token.upperBound
        }
        result.append(contentsOf: event[position...])
        return result
    }

    /// As JSON writes it: whole numbers without a point.
    private static func text(of value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
