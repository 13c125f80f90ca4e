/// One walk over a value of the host's, however large or deep: it looks at a bounded number of values and bytes of text, and leaves the
/// rest out. What says which request and release it was is looked at first.
struct BoundedWalk {
    /// Of an object of a report, in the order they matter; they outlast what is cut.
    static let firstKeys = ["environment", "release", "request", "method", "path", "ip"]
    /// In an object that lost some of its members.
    static let mark = "_truncated"

    /// Bytes of a text that is looked at before the long ones.
    private static let small = 200

    private var values = ReportLimits.values
    private var textBytes = ReportLimits.textBytes
    private let hides: (_ key: String) -> Bool
    private let text: (_ text: String) -> String

    private init(hides: @escaping (String) -> Bool, text: @escaping (String) -> String) {
        self.hides = hides
        self.text = text
    }

    /// - Parameters:
    ///   - hides: keys whose values become ``Scrubber/filtered``.
    ///   - text: changes texts and keys.
    static func bounded(
        _ object: [String: ReportValue], hides: @escaping (String) -> Bool = { _ in false }, text: @escaping (String) -> String = { $0 }
    ) -> [String: ReportValue] {
        var walk = BoundedWalk(hides: hides, text: text)
        return walk.object(object, depth: 1)
    }

    private mutating func object(_ members: [String: ReportValue], depth: Int) -> [String: ReportValue] {
        var result: [String: ReportValue] = [:]
        var rest = members
        for key in Self.firstKeys {
            guard let value = rest.removeValue(forKey: key) else { continue }
            add(key, value, to: &result, depth: depth, isFollowed: !rest.isEmpty)
        }
        // What is small cannot be the trouble.
        var large: [(String, ReportValue)] = []
        for (key, value) in rest {
            guard values > 0 else { break }
            if Self.isSmall(value) { add(key, value, to: &result, depth: depth, isFollowed: true) } else { large.append((key, value)) }
        }
        for (index, (key, value)) in large.enumerated() {
            guard values > 0 else { break }
            add(key, value, to: &result, depth: depth, isFollowed: index + 1 < large.count)
        }
        if values <= 0, result.count < members.count { result[Self.mark] = true }
        return result
    }

    private mutating func add(_ key: String, _ value: ReportValue, to result: inout [String: ReportValue], depth: Int, isFollowed: Bool) {
        let name = taken(key, limit: ReportLimits.keyCharacters)
        result[name] = hides(key) ? Scrubber.filtered : bounded(value, depth: depth, isFollowed: isFollowed)
    }

    /// - Parameter isFollowed: as much as this one may take is left for those behind it.
    private mutating func bounded(_ value: ReportValue, depth: Int, isFollowed: Bool) -> ReportValue {
        values -= 1
        switch value {
        case .string(let text): return textBytes > 0 ? .string(taken(text, limit: ReportLimits.redactedCharacters)) : ReportLimits.truncated
        case .array, .object:
            guard depth < ReportLimits.depth else { return ReportLimits.truncated }
            let (keptValues, keptBytes) = isFollowed ? (values / 2, textBytes / 2) : (0, 0)
            (values, textBytes) = (values - keptValues, textBytes - keptBytes)
            defer { (values, textBytes) = (values + keptValues, textBytes + keptBytes) }
            if case .object(let members) = value { return .object(object(members, depth: depth + 1)) }
            if case .array(let elements) = value { return .array(array(elements, depth: depth + 1)) }
            return value
        default: return value
        }
    }

    private mutating func array(_ elements: [ReportValue], depth: Int) -> [ReportValue] {
        var result: [ReportValue] = []
        for (index, element) in elements.enumerated() {
            guard values > 0 else {
                result.append(ReportLimits.truncated)
                break
            }
            result.append(bounded(element, depth: depth, isFollowed: index + 1 < elements.count))
        }
        return result
    }

    private static func isSmall(_ value: ReportValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count <= small
        case .array, .object: false
        default: true
        }
    }

    private mutating func taken(_ whole: String, limit: Int) -> String {
        let kept = ReportLimits.cut(whole, to: limit)
        textBytes -= kept.utf8.count
        return text(kept)
    }
}
