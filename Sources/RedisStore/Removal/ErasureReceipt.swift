import Crypto

/// What an erasure took away, for whoever asked for it and for the audit log (spec 06 section 8).
public struct ErasureReceipt: Hashable, Sendable {
    public var sessions = 0
    /// Keys of Redis that are gone.
    public var keys = 0
    /// Occurrences of problems and events sent by servers.
    public var occurrences = 0
    public var serverEvents = 0
    /// Batches that could not be processed, and batches that waited in a partition nobody owns; all ended as `erased`.
    public var deadLetters = 0
    public var queued = 0
    /// Sessions that a legal hold protects: nothing of them was touched.
    public var held = 0
    /// Batches that still wait and may belong to what was to go. Those of sessions known by now end as `erased`; repeat an erasure by user or range.
    public var pending = 0
    /// No worker owns the partitions they wait in.
    public var isUnattended = false
    /// Hexadecimal SHA-256 over the sorted names of the keys, joined by newlines; nil for a dry run.
    public var digest: String?

    public init() {}

    /// Everything that was asked for is gone.
    public var isComplete: Bool { held == 0 && pending == 0 }

    static func digest(of keys: [String]) -> String {
        var hash = SHA256()
        var isFirst = true
        // By bytes, as `LC_ALL=C sort` does: anybody can compute it.
        for key in keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if !isFirst { hash.update(data: [UInt8(ascii: "\n")]) }
            isFirst = false
            hash.update(data: Array(key.utf8))
        }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension ErasureReceipt: Codable {
    private enum CodingKeys: String, CodingKey {
        case sessions, keys, occurrences, queued, held, pending, digest
        case serverEvents = "server_events"
        case deadLetters = "dead_letters"
        case isUnattended = "unattended"
    }
}

extension ErasureReceipt {
    /// The receipt as an audit entry keeps it.
    public var auditDetail: [(String, AuditValue)] {
        var detail: [(String, AuditValue)] = [
            ("sessions", .integer(sessions)), ("keys", .integer(keys)), ("occurrences", .integer(occurrences)),
            ("server_events", .integer(serverEvents)), ("dead_letters", .integer(deadLetters)), ("queued", .integer(queued)),
        ]
        if held > 0 { detail.append(("held", .integer(held))) }
        if pending > 0 { detail.append(("pending", .integer(pending))) }
        if let digest { detail.append(("digest", .text(digest))) }
        return detail
    }
}
