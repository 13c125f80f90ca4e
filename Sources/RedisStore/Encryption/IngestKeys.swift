import Foundation
import Synchronization

/// The keys of ingest bodies: one per UTC day, shared by all web nodes, so that accepting a batch costs no round trip more.
///
/// A sealed body is the day (8 ASCII digits), then the sealed bytes.
public final class IngestKeys: Sendable {
    /// How often a web node makes sure that the key it seals with is still there.
    static let checkSeconds = 60
    private static let dayLength = 8

    private struct Today: Sendable {
        let number: Int64
        let key: DataKey
        let wrapped: [UInt8]
        var checkedAt: ContinuousClock.Instant
    }

    private let vault: KeyVault
    private let today = Mutex<Today?>(nil)
    private let days = KeyCache<String>(capacity: 128, maximumAge: .seconds(SessionKeys.rememberedSeconds))

    public init(vault: KeyVault) { self.vault = vault }

    /// Seals the body of a batch under the key of the day it was received.
    /// - Throws: `keyUnavailable` when no master key here opens the day's key, else when the Redis of the keys does not answer.
    public func seal(_ batch: IngestBatch) async throws(RedisError) -> IngestBatch {
        let day = UTCDay(ms: batch.receivedMs)
        let key = try await key(of: day)
        var sealed = batch
        do throws(KeyFault) {
            sealed.body = try key.seal(batch.body, after: Array(day.text.utf8), owner: batch.owner)
        } catch { throw RedisError(.keyUnavailable, "\(error)") }
        sealed.isSealed = true
        return sealed
    }

    /// Opens a sealed body; a clear one is returned as it is.
    /// - Returns: the batch, or why it cannot be opened.
    /// - Throws: when the Redis of the keys does not answer.
    public func open(_ batch: IngestBatch) async throws(RedisError) -> Result<IngestBatch, KeyFault> {
        guard batch.isSealed else { return .success(batch) }
        guard let day = UTCDay(text: batch.body.prefix(Self.dayLength)) else { return .failure(.damaged) }
        if let key = days.entry(day.text)?.key, let opened = try? opened(batch, with: key) { return .success(opened) }
        guard let wrapped = try await vault.read(vault.schema.ingestKey(day: day.text)) else { return .failure(.missing) }
        return Result { () throws(KeyFault) in
            let key = try vault.masters.unwrap(wrapped, owner: SealOwner.ingestKey(day: day.text))
            let opened = try opened(batch, with: key)
            days.put(.init(key: key, wrapped: wrapped), for: day.text)
            return opened
        }
    }

    private func opened(_ batch: IngestBatch, with key: DataKey) throws(KeyFault) -> IngestBatch {
        var opened = batch
        opened.body = try key.open(batch.body.dropFirst(Self.dayLength), owner: batch.owner)
        opened.isSealed = false
        return opened
    }

    private func key(of day: UTCDay) async throws(RedisError) -> DataKey {
        let known = today.withLock { today -> (key: DataKey, isDue: Bool)? in
            guard var entry = today, entry.number == day.number else { return nil }
            let isDue = entry.checkedAt.duration(to: .now) > .seconds(Self.checkSeconds)
            if isDue {
                entry.checkedAt = .now
                today = entry
            }
            return (entry.key, isDue)
        }
        guard let known else { return try await take(day, candidate: nil) }
        // Beside the request: a key Redis that lost its data must not go unnoticed, nor cost anybody a round trip.
        if known.isDue { Task { try? await take(day, candidate: today.withLock { $0?.number == day.number ? $0 : nil }) } }
        return known.key
    }

    /// Makes the day's key, or reads the one another node made.
    /// - Parameter candidate: the key in use, put back when it was lost.
    @discardableResult
    private func take(_ day: UTCDay, candidate: Today?) async throws(RedisError) -> DataKey {
        let owner = SealOwner.ingestKey(day: day.text)
        do {
            let key = candidate?.key ?? DataKey()
            let wrapped = try candidate?.wrapped ?? vault.masters.wrap(key, owner: owner)
            let deadline = vault.retentionSeconds.map { day.endMs + Int64($0 + KeyVault.slackSeconds) * 1000 }
            let wanted = KeyVault.Wanted(name: vault.schema.ingestKey(day: day.text), candidate: wrapped, deadlineMs: deadline)
            guard let standing = try await vault.take([wanted])[0] else { throw KeyFault.damaged }
            let used = standing == wrapped ? key : try vault.masters.unwrap(standing, owner: owner)
            today.withLock { today in
                // A batch read slowly over midnight must not bring back the day before.
                guard (today?.number ?? 0) <= day.number else { return }
                today = Today(number: day.number, key: used, wrapped: standing, checkedAt: .now)
            }
            return used
        } catch let error as RedisError { throw error } catch { throw RedisError(.keyUnavailable, "the ingest key of \(day.text): \(error)") }
    }
}

/// A day of UTC, and its name as `yyyymmdd`.
struct UTCDay: Hashable, Sendable {
    private static let milliseconds: Int64 = 86_400_000
    /// Days since 1970-01-01.
    let number: Int64
    let text: String

    init(ms: Int64) {
        // Within years of four digits, for the name has eight.
        number = min(max(ms / Self.milliseconds, 0), 2_932_896)
        // The civil date of a day number, in years that begin in March (Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = number + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        text = "\(10_000 * year + 100 * month + dayOfYear - (153 * march + 2) / 5 + 1)"
    }

    /// nil unless it is eight digits. The number is not needed to find a key.
    init?(text: some Collection<UInt8>) {
        guard text.count == 8, text.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        number = 0
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// The first ms of the next day.
    var endMs: Int64 { (number + 1) * Self.milliseconds }
}

extension IngestBatch {
    /// A report's bytes open in its own lane only.
    var owner: [UInt8] {
        lane == "events"
            ? SealOwner.window(project: project, session: session, window: window)
            : SealOwner.report(lane: lane, project: project, placement: placement)
    }
}
