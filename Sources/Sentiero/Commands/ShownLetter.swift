import Foundation
import RedisStore

/// A dead letter as it may be printed: what it is about, never its body, which was not redacted yet.
struct ShownLetter: Encodable {
    let id: String
    let reason: String
    let detail: String
    let attempts: Int
    let project: String
    let session: String
    let window: String?
    let partition: Int?
    let died: String?
    let events: Int?
    let bytes: Int?
    /// Whether its body is encrypted, and can be opened; nil for a clear one.
    var encryption: String?

    init(_ letter: DeadLetter) {
        let batch = try? letter.batch.get()
        id = "\(letter.shard)/\(letter.id)"
        reason = letter.reason
        detail = letter.detail
        attempts = letter.attempts
        project = letter.project
        session = letter.session
        window = batch?.window
        partition = letter.partition
        died = letter.diedMs.map { Date(timeIntervalSince1970: Double($0) / 1000).formatted(.iso8601) }
        events = batch?.eventCount
        bytes = batch?.body.count
    }

    /// The same with its body opened, when the key is there.
    init(_ letter: DeadLetter, opening encryption: Encryption?) async throws(RedisError) {
        guard case .success(let batch) = letter.batch, batch.isSealed else {
            self.init(letter)
            return
        }
        guard let encryption else {
            self.init(letter)
            self.encryption = "encrypted; \(KeyFault.notConfigured)"
            return
        }
        switch try await encryption.ingest.open(batch) {
        case .success(let opened):
            var clear = letter
            clear.batch = .success(opened)
            self.init(clear)
            self.encryption = "encrypted; its key opens it"
        case .failure(let fault):
            self.init(letter)
            self.encryption = "encrypted; \(fault)"
        }
    }

    var line: String { [id, died ?? "-", reason, project, session, "\(bytes ?? 0) bytes"].joined(separator: "  ") }

    var page: String {
        let fields: [(name: String, value: String?)] = [
            ("id", id), ("reason", reason), ("detail", detail), ("attempts", "\(attempts)"), ("died", died), ("project", project),
            ("session", session), ("window", window), ("partition", partition?.description), ("events", events?.description),
            ("bytes", bytes?.description), ("encryption", encryption),
        ]
        let lines = fields.compactMap { field in field.value.map { "\(field.name): \($0)" } }
        return lines.joined(separator: "\n")
    }
}
