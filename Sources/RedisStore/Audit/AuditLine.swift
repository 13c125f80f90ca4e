import Foundation

/// A line of the audit stream, read.
public struct AuditLine: Sendable, Encodable {
    /// Where it lies: an id is unique in its shard only.
    public let shard: Int
    public let id: StreamID
    /// As stored.
    public let line: String
    /// RFC 3339.
    public let at: String
    /// A word of `AuditAction`, or one of a newer version.
    public let action: String
    public let actor: String?
    public let ip: String?
    public let project: String?
    public let target: String?
    public let path: String?
    public let result: String
    /// Sorted by name; numbers and flags as text.
    public let detail: [(name: String, value: String)]

    /// - Returns: nil for an entry that holds no readable line.
    init?(shard: Int, id: StreamID, line: String) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(line.utf8)) else { return nil }
        self.shard = shard
        self.id = id
        self.line = line
        at = members.at
        action = members.action
        actor = members.actor
        ip = members.ip
        project = members.project
        target = members.target
        path = members.path
        result = members.result
        detail = members.detail.map { ($0.key, $0.value.text) }.sorted { $0.0 < $1.0 }
    }

    private struct Members: Decodable {
        let at: String
        let action: String
        let actor: String?
        let ip: String?
        let project: String?
        let target: String?
        let path: String?
        let result: String
        let detail: [String: Value]
    }

    private struct Value: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                text = String(flag)
            } else if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    private enum CodingKeys: String, CodingKey { case id, shard, at, action, actor, ip, project, target, path, result, detail }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("\(id)", forKey: .id)
        try container.encode(shard, forKey: .shard)
        try container.encode(at, forKey: .at)
        try container.encode(action, forKey: .action)
        try container.encode(actor, forKey: .actor)
        try container.encode(ip, forKey: .ip)
        try container.encode(project, forKey: .project)
        try container.encode(target, forKey: .target)
        try container.encode(path, forKey: .path)
        try container.encode(result, forKey: .result)
        try container.encode(Dictionary(detail.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last }), forKey: .detail)
    }
}

/// Which entries are meant; nil is any.
public struct AuditFilter: Sendable, Equatable {
    public var action: String?
    public var actor: String?
    public var result: AuditResult?
    /// Only of these projects; nil among them are entries of no project. nil: all.
    public var projects: Set<String?>?
    /// When the line was stored, ms since 1970, both inclusive.
    public var sinceMs: Int64?
    public var untilMs: Int64?

    public init() {}

    func matches(_ entry: AuditLine) -> Bool {
        (action == nil || action == entry.action) && (actor == nil || actor == entry.actor) && (result == nil || result?.rawValue == entry.result)
            && projects.map { $0.contains(entry.project) } ?? true
    }
}

/// Where a page of the audit log ended.
public struct AuditPosition: Sendable, Hashable, CustomStringConvertible {
    let id: StreamID
    let shard: Int

    init(id: StreamID, shard: Int) {
        self.id = id
        self.shard = shard
    }

    /// nil for text that is no position.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = StreamID(String(parts[0])), let shard = Int(parts[1]), shard >= 0 else { return nil }
        self.init(id: id, shard: shard)
    }

    public var description: String { "\(id).\(shard)" }
}
