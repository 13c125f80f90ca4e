/// Makes an object small enough for the server, in time that grows with its size only: small members stay, long texts are cut to what is
/// left for them, and when there are too many members some go.
enum ObjectFitting {
    /// Bytes of JSON that are kept whatever the others need.
    private static let small = 128
    /// Less of a cut text than this tells nothing.
    private static let leastText = 8
    private static let marker = "[TRUNCATED]"
    /// `,"_truncated":true`
    private static let markBytes = 18

    /// At most `bytes` of JSON; `object` is bounded (``BoundedWalk``).
    static func fitted(_ object: [String: ReportValue], to bytes: Int) -> [String: ReportValue] {
        let sized = SizedValue(.object(object))
        guard sized.bytes > bytes, case .object(let members) = shrunk(sized, to: bytes) else { return object }
        return members
    }

    /// Nil when nothing of it fits.
    private static func shrunk(_ sized: SizedValue, to bytes: Int) -> ReportValue? {
        if sized.bytes <= bytes { return sized.value }
        switch sized.value {
        case .string(let text): return cut(text, to: bytes)
        case .object where bytes >= small: return object(sized, to: bytes)
        case .array where bytes >= small: return array(sized, to: bytes)
        default: return marked(bytes)
        }
    }

    private static func object(_ sized: SizedValue, to bytes: Int) -> ReportValue {
        let order = sized.parts.sorted { rank($0) < rank($1) }
        var result: [String: ReportValue] = [:]
        var isWhole = true
        var left = bytes - 2 - markBytes
        for (index, part) in order.enumerated() {
            // `"key":value,`
            let room = left - part.keyBytes - 2
            var share = max(left / (order.count - index) - part.keyBytes - 2, small)
            // What says which request it was has half of all, however many there are.
            if firstRank(part.key) < BoundedWalk.firstKeys.count { share = max(share, left / 2) }
            guard room > 0, let value = shrunk(part.value, to: min(share, room)) else {
                isWhole = false
                continue
            }
            result[part.key] = value
            left -= part.keyBytes + 2 + SizedValue(value).bytes
        }
        if !isWhole { result[BoundedWalk.mark] = true }
        return .object(result)
    }

    private static func array(_ sized: SizedValue, to bytes: Int) -> ReportValue {
        var result: [ReportValue] = []
        var left = bytes - 2 - marker.utf8.count - 3
        for (index, part) in sized.parts.enumerated() {
            let share = max(left / (sized.parts.count - index) - 1, small)
            guard left > 1, let value = shrunk(part.value, to: min(share, left - 1)) else {
                result.append(ReportLimits.truncated)
                break
            }
            result.append(value)
            left -= 1 + SizedValue(value).bytes
        }
        return .array(result)
    }

    /// The beginning of the text with the marker behind it.
    private static func cut(_ text: String, to bytes: Int) -> ReportValue? {
        var left = bytes - 2 - marker.utf8.count
        guard left >= leastText else { return marked(bytes) }
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            left -= SizedValue.bytes(scalar)
            if left < 0 { break }
            kept.append(scalar)
        }
        return .string(String(kept) + marker)
    }

    private static func marked(_ bytes: Int) -> ReportValue? { bytes >= marker.utf8.count + 2 ? ReportLimits.truncated : nil }

    /// What matters first, then by size: whoever needs less than an equal share leaves the rest to those behind.
    private static func rank(_ part: SizedValue.Part) -> (Int, Int, String) { (firstRank(part.key), part.value.bytes, part.key) }

    private static func firstRank(_ key: String) -> Int { BoundedWalk.firstKeys.firstIndex(of: key) ?? BoundedWalk.firstKeys.count }
}
