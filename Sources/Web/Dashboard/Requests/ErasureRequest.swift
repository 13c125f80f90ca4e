import Foundation
import Ingest
import RedisStore

/// What a form or a JSON body asks to erase.
struct ErasureRequest: Sendable, Equatable {
    /// Why it cannot be done, for whoever sent it.
    struct Refusal: Error, Equatable {
        let message: String
        init(_ message: String) { self.message = message }
    }

    /// Ids of one request.
    static let maxSessions = 1_000

    let selection: ErasureSelection
    var isDryRun = false

    /// The maintenance page's forms: `by` says which fields count.
    init(form: QueryString) throws {
        switch form["by"] {
        case "sessions":
            let ids = (form["sessions"] ?? "").split { $0.isWhitespace || $0 == "," || $0 == ";" }.map(String.init)
            selection = .sessions(try Self.checked(ids))
        case "user":
            selection = .user(try Self.user(form.text("user") ?? ""))
        case "range":
            selection = .range(try Self.range(form.text("since"), form.text("until")))
        default: throw Refusal("Say what to erase: sessions, a user or a range.")
        }
    }

    /// `{"sessions":[…]}`, `{"user":"…"}` or `{"since":…,"until":…}`, and `"dry_run":true`. A member of another name is refused: a misspelt
    /// `dry_run` must not erase.
    init(json: [UInt8]) throws {
        guard let members = try? JSONDecoder().decode([String: JSONValue].self, from: Data(json)) else {
            throw Refusal("The body is not a JSON object.")
        }
        let known: Set = ["sessions", "user", "since", "until", "dry_run"]
        if let unknown = members.keys.filter({ !known.contains($0) }).min() {
            throw Refusal("There is no member \(unknown); there are sessions, user, since, until and dry_run.")
        }
        let kinds = [members["sessions"] != nil, members["user"] != nil, members["since"] != nil || members["until"] != nil].count { $0 }
        guard kinds == 1 else { throw Refusal("Name exactly one of sessions, user, or since and until.") }
        switch members["dry_run"] {
        case nil, .flag(false): break
        case .flag(true): isDryRun = true
        default: throw Refusal("dry_run is true or false.")
        }
        func text(_ name: String) throws -> String? {
            guard let value = members[name] else { return nil }
            guard case .text(let text) = value else { throw Refusal("\(name) is a string.") }
            return text
        }
        if let value = members["sessions"] {
            guard case .list(let list) = value else { throw Refusal("sessions is a list of ids.") }
            selection = .sessions(
                try Self.checked(
                    try list.map {
                        guard case .text(let id) = $0 else { throw Refusal("sessions is a list of ids.") }
                        return id
                    }))
        } else if members["user"] != nil {
            selection = .user(try Self.user(try text("user") ?? ""))
        } else {
            selection = .range(try Self.range(try text("since"), try text("until")))
        }
    }

    private static func checked(_ ids: [String]) throws -> [String] {
        guard !ids.isEmpty else { throw Refusal("Name at least one session.") }
        guard ids.count <= maxSessions else { throw Refusal("At most \(maxSessions) sessions at once.") }
        for id in ids where !Identifier.isValid(id) { throw Refusal("\(id.prefix(128)) is not a session id. Nothing was erased.") }
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }

    private static func user(_ value: String) throws -> String {
        guard !value.allSatisfy(\.isWhitespace) else { throw Refusal("Name the user.") }
        return value
    }

    private static func range(_ since: String?, _ until: String?) throws -> RemovalRange {
        func milliseconds(_ name: String, _ text: String?, endOfDay: Bool) throws -> Int64? {
            guard let text else { return nil }
            guard let seconds = TimeRange.seconds(text, endOfDay: endOfDay) else {
                throw Refusal("\(name) is neither a day such as 2026-06-13 nor a time such as 2026-06-13T14:00:00Z.")
            }
            return Int64((seconds * 1000).rounded())
        }
        let (from, to) = (try milliseconds("since", since, endOfDay: false), try milliseconds("until", until, endOfDay: true))
        do throws(SessionRemovalError) { return try RemovalRange(sinceMs: from, untilMs: to) } catch {
            throw Refusal(error == .noBounds ? "A range needs at least one bound." : "The range ends before it begins.")
        }
    }
}

extension ErasureSelection {
    var action: AuditAction {
        switch self {
        case .sessions: .eraseSessions
        case .user: .eraseUser
        case .range: .eraseWhere
        }
    }

    /// For audit entries. A user is named by the digest the index uses: the log must not hold what was erased.
    func targets(userKey: String) -> [String] {
        switch self {
        case .sessions(let ids): ids.map { "session:" + $0 }
        case .user(let value): ["user:" + UserToken.value(key: userKey, of: value)]
        case .range(let range): ["range:\(Self.iso(range.sinceMs))..\(Self.iso(range.untilMs))"]
        }
    }

    /// For a heading.
    var text: String {
        switch self {
        case .sessions(let ids): return ids.count == 1 ? "session \(ids[0])" : Format.count(ids.count, "session")
        case .user: return "every session of this user"
        case .range(let range):
            let since = range.sinceMs.map { " from \(Self.exact($0))" } ?? ""
            let until = range.untilMs.map { " up to \(Self.exact($0))" } ?? ""
            return "every session last active\(since)\(until)"
        }
    }

    private static func iso(_ ms: Int64?) -> String { ms.map { Format.time(Double($0) / 1000).iso } ?? "" }
    private static func exact(_ ms: Int64) -> String { Format.time(Double(ms) / 1000).exact }
}
