/// A redaction setting that cannot be used.
public struct RedactionSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        case unknownName(String, nearest: String, known: [String])
        case pattern(PatternError)
    }

    /// The setting's name, without `redaction_`.
    public let option: String
    public let problem: Problem

    public var description: String {
        switch problem {
        case .unknownName(let name, let nearest, let known):
            "\(option): unknown name \"\(name)\"; did you mean \"\(nearest)\"? (known: \(known.joined(separator: ", ")))"
        case .pattern(let error):
            "\(option): \(error)"
        }
    }

    static func unknown(_ name: String, option: String, known: [String]) -> Self {
        let nearest = known.min { distance(name, $0) < distance(name, $1) } ?? ""
        return Self(option: option, problem: .unknownName(name, nearest: nearest, known: known))
    }

    /// Levenshtein distance, separators and case aside.
    private static func distance(_ first: String, _ second: String) -> Int {
        let from = Array(first.lowercased().utf8.filter { ByteClass.isWord($0) && $0 != UInt8(ascii: "_") }.prefix(64))
        let to = Array(second.lowercased().utf8.filter { ByteClass.isWord($0) && $0 != UInt8(ascii: "_") })
        var row = Array(0...to.count)
        for (index, byte) in from.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in to.indices {
                let cost = byte == to[column] ? diagonal : diagonal + 1
                diagonal = row[column + 1]
                row[column + 1] = min(cost, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[to.count]
    }
}
