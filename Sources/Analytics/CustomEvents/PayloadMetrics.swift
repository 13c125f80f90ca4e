import Ingest

/// Sums of one numeric payload key per UTC day, of a list of events of one name (spec 02 section 2.15).
public struct PayloadMetrics: Sendable, Equatable {
    static let maxKeys = 50
    static let maxDays = 30

    public struct Day: Sendable, Equatable {
        /// Since 1970.
        public let day: Int
        public internal(set) var count = 0
        public internal(set) var sum = 0.0
        public internal(set) var min = Double.infinity
        public internal(set) var max = -Double.infinity
        /// Rounded to two decimals.
        public var average: Double { count == 0 ? 0 : (sum / Double(count) * 100).rounded() / 100 }
    }

    public let name: String
    /// Keys with at least one number, sorted.
    public let keys: [String]
    public let key: String
    /// Oldest first, only days with a number.
    public let days: [Day]
    /// Events that have the key with something else in it.
    public let nonNumeric: Int

    /// - Parameters:
    ///   - rows: newest first.
    ///   - wanted: honoured when it is offered; else the first key is.
    /// - Returns: nil when names differ, are empty, or no payload holds a number.
    public init?(_ rows: [EventRow], key wanted: String?) {
        guard let name = rows.first?.name, !name.isEmpty, rows.allSatisfy({ $0.name == name }) else { return nil }
        let members = rows.map { row in row.payload.flatMap(JSONMembers.read) ?? [] }
        var keys: Set<String> = []
        for (key, value) in members.joined() where keys.count < Self.maxKeys {
            if case .number = value { keys.insert(key) }
        }
        let sorted = keys.sorted()
        guard let key = wanted.flatMap({ keys.contains($0) ? $0 : nil }) ?? sorted.first else { return nil }
        var days: [Int: Day] = [:]
        var nonNumeric = 0
        for (row, members) in zip(rows, members) {
            // Of a repeated key the last counts.
            guard let value = members.last(where: { $0.key == key })?.value else { continue }
            guard case .number(let number) = value else {
                nonNumeric += 1
                continue
            }
            guard let day = row.day else { continue }
            var sums = days[day] ?? Day(day: day)
            sums.count += 1
            sums.sum += number
            sums.min = Swift.min(sums.min, number)
            sums.max = Swift.max(sums.max, number)
            days[day] = sums
        }
        self.name = name
        self.key = key
        self.keys = sorted
        self.nonNumeric = nonNumeric
        self.days = days.keys.sorted().suffix(Self.maxDays).compactMap { days[$0] }
    }
}
