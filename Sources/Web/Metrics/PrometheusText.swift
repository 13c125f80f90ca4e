public import RedisStore

/// Builds a page in the Prometheus text format, version 0.0.4.
public struct PrometheusText: Sendable {
    public enum Kind: String, Sendable { case counter, gauge, histogram }

    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    public private(set) var text = ""

    public init() {}

    /// Starts a metric: its help and type lines. Samples of the same name follow.
    public mutating func begin(_ name: String, _ kind: Kind, help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    public mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        text += name + Self.list(labels) + " " + Self.number(value) + "\n"
    }

    public mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Int) {
        text += name + Self.list(labels) + " \(value)\n"
    }

    public mutating func histogram(_ name: String, _ labels: [(String, String)] = [], _ snapshot: DurationHistogram.Snapshot) {
        for (bound, count) in zip(snapshot.bounds, snapshot.cumulative) {
            text += "\(name)_bucket\(Self.list(labels + [("le", Self.number(bound))])) \(count)\n"
        }
        text += "\(name)_bucket\(Self.list(labels + [("le", "+Inf")])) \(snapshot.count)\n"
        text += "\(name)_sum\(Self.list(labels)) \(Self.number(snapshot.sum))\n"
        text += "\(name)_count\(Self.list(labels)) \(snapshot.count)\n"
    }

    private static func list(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
