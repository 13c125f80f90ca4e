/// When which problems are told to whom (spec 06 section 7).
public struct AlertRule: Sendable, Equatable, Identifiable, Codable {
    /// What happens to a problem.
    public enum Occasion: String, Sendable, Hashable, CaseIterable, Codable {
        case new, regression, spike
    }

    public static let standardQuietMinutes = 30
    /// A week.
    public static let longestQuietMinutes = 10_080

    /// Of the id alphabet, at most 64 characters.
    public var id: String
    public var name: String
    public var when: Occasion
    public var filter: AlertFilter
    /// Only for `spike`.
    public var spike: SpikeCondition?
    /// Ids of channels.
    public var channels: [String]
    /// Minutes after an alert in which the rule says nothing more of the same issue.
    public var quietMinutes: Int
    public var enabled: Bool

    public init(
        id: String, name: String, when: Occasion, filter: AlertFilter = AlertFilter(), spike: SpikeCondition? = nil, channels: [String],
        quietMinutes: Int = AlertRule.standardQuietMinutes, enabled: Bool = true
    ) {
        self.id = id
        self.name = name
        self.when = when
        self.filter = filter
        self.spike = spike
        self.channels = channels
        self.quietMinutes = quietMinutes
        self.enabled = enabled
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        when = try values.decode(Occasion.self, forKey: .when)
        filter = try values.decodeIfPresent(AlertFilter.self, forKey: .filter) ?? AlertFilter()
        spike = try values.decodeIfPresent(SpikeCondition.self, forKey: .spike)
        channels = try values.decodeIfPresent([String].self, forKey: .channels) ?? []
        quietMinutes = try values.decodeIfPresent(Int.self, forKey: .quietMinutes) ?? Self.standardQuietMinutes
        enabled = try values.decodeIfPresent(Bool.self, forKey: .enabled) ?? true
    }

    /// Whether it tells of this issue on this occasion.
    public func matches(_ issue: AlertIssue, on occasion: Occasion) -> Bool { enabled && when == occasion && filter.matches(issue) }

    /// What is wrong with it, in the order of the form.
    /// - Parameter channels: ids of those that exist.
    public func faults(channels known: Set<String>) -> [AlertFault] {
        var faults = AlertFault.ofName(name) + filter.faults
        if when == .spike {
            guard let spike else { return faults + [AlertFault("count", "Say how many occurrences in how many minutes make a spike.")] }
            if !(1...SpikeCondition.mostCount).contains(spike.count) {
                faults.append(AlertFault("count", "The number of occurrences must be between 1 and \(SpikeCondition.mostCount)."))
            }
            if !(1...SpikeCondition.mostMinutes).contains(spike.minutes) {
                faults.append(AlertFault("minutes", "The minutes must be between 1 and \(SpikeCondition.mostMinutes)."))
            }
        }
        if channels.isEmpty {
            faults.append(AlertFault("channels", "Choose at least one channel, or nobody would be told."))
        } else if channels.contains(where: { !known.contains($0) }) {
            faults.append(AlertFault("channels", "One of these channels was deleted meanwhile. Choose again."))
        }
        if !(1...Self.longestQuietMinutes).contains(quietMinutes) {
            faults.append(AlertFault("quiet", "The quiet period must be between 1 minute and \(Self.longestQuietMinutes) (a week)."))
        }
        return faults
    }
}

/// How many occurrences of one problem, in how many whole minutes before the running one, make a spike.
public struct SpikeCondition: Sendable, Equatable, Codable {
    public static let mostCount = 1_000_000
    public static let mostMinutes = 60

    public var count: Int
    public var minutes: Int

    public init(count: Int, minutes: Int) {
        self.count = count
        self.minutes = minutes
    }
}

/// Which problems a rule is about; nil and empty: all of them.
public struct AlertFilter: Sendable, Equatable, Codable {
    /// An issue is an error, whatever level its server gave it.
    public static let issueLevel = "error"
    public static let longestText = 200

    public var origin: ProblemOrigin?
    public var level: String?
    /// Compared exactly.
    public var environment: String?
    public var release: String?
    /// Found in title, class or message, whatever the case.
    public var text: String?

    public init(origin: ProblemOrigin? = nil, level: String? = nil, environment: String? = nil, release: String? = nil, text: String? = nil) {
        self.origin = origin
        self.level = level
        self.environment = environment
        self.release = release
        self.text = text
    }

    func matches(_ issue: AlertIssue) -> Bool {
        if let origin, origin != issue.origin { return false }
        if let level, !level.isEmpty, level != Self.issueLevel { return false }
        if let environment, !environment.isEmpty, !issue.environments.contains(environment) { return false }
        if let release, !release.isEmpty, release != issue.release { return false }
        guard let text, !text.isEmpty else { return true }
        let wanted = text.lowercased()
        return [issue.title, issue.exceptionClass, issue.message].contains { $0.lowercased().contains(wanted) }
    }

    var faults: [AlertFault] {
        var faults: [AlertFault] = []
        if let level, !level.isEmpty, level != Self.issueLevel {
            faults.append(AlertFault("level", "Issues have the level \(Self.issueLevel) and no other."))
        }
        for (field, value) in [("environment", environment), ("release", release), ("text", text)] where (value?.count ?? 0) > Self.longestText {
            faults.append(AlertFault(field, "At most \(Self.longestText) characters."))
        }
        return faults
    }
}

extension ProblemOrigin: Codable {}

/// What is wrong with one field of a rule or a channel, as a sentence.
public struct AlertFault: Error, Sendable, Equatable {
    static let longestName = 100

    /// Name of the form's field.
    public let field: String
    public let message: String

    public init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    static func ofName(_ name: String) -> [AlertFault] {
        if name.allSatisfy(\.isWhitespace) { return [AlertFault("name", "Give it a name.")] }
        return name.count > longestName ? [AlertFault("name", "At most \(longestName) characters.")] : []
    }
}
