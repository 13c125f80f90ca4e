import Foundation
import RedisStore

/// What Redis counts: the same on every process, so dashboards must not sum these over instances.
struct StoreMetrics: Sendable {
    let redis: RedisClient
    let keys: KeySchema
    let pressure: IngestPressure

    /// What cannot be read now is left out; the rest of the page still tells what this process knows.
    func write(to page: inout PrometheusText) async {
        page.begin("sentiero_redis_memory_bytes", .gauge, help: "Memory Redis uses.")
        page.sample("sentiero_redis_memory_bytes", [], pressure.reading.usedMemory)
        // The first failure ends it: what Redis did not answer once is not worth waiting for again.
        do throws(RedisError) {
            write(try await OutcomeCounters(client: redis, schema: keys).read(), to: &page)
            write(try await IngestQueue(client: redis, schema: keys).statuses(), to: &page)
            let leases = keys.allShards.flatMap { shard in (0..<keys.partitions).map(shard.lease) }
            let replies = try await redis.send(leases.map { RedisCommand("EXISTS", $0, isIdempotent: true) })
            page.begin("sentiero_leases_held", .gauge, help: "Partitions with a live owner.")
            page.sample("sentiero_leases_held", [], replies.reduce(0) { $0 + Int($1.int ?? 0) })
        } catch {}
    }

    private func write(_ accounting: Accounting, to page: inout PrometheusText) {
        page.begin("sentiero_batches_accepted_total", .counter, help: "Batches accepted; over all lanes they equal all outcomes and what is queued.")
        for lane in ["events", "errors", "track"] {
            page.sample("sentiero_batches_accepted_total", [("lane", lane)], accounting.accepted(lane: lane))
        }
        page.begin("sentiero_batches_outcome_total", .counter, help: "Where accepted batches ended.")
        for outcome in Outcome.allCases { page.sample("sentiero_batches_outcome_total", [("outcome", outcome.rawValue)], accounting.count(outcome)) }
        page.begin("sentiero_dead_letters", .gauge, help: "Batches that could not be processed.")
        page.sample("sentiero_dead_letters", [], accounting.deadLetters)
        page.begin("sentiero_evictions_total", .counter, help: "What limits and expiry took away after it was stored.")
        for (kind, name) in [
            ("session", "evicted_sessions"), ("expired_session", "swept_sessions"), ("chunk", "trimmed_chunks"), ("event", "trimmed_events"),
        ] {
            page.sample("sentiero_evictions_total", [("kind", kind)], accounting.others[name] ?? 0)
        }
    }

    private func write(_ statuses: [PartitionStatus], to page: inout PrometheusText) {
        func labels(_ status: PartitionStatus) -> [(String, String)] {
            [("shard", String(status.place.shard)), ("partition", String(status.place.partition))]
        }
        page.begin("sentiero_ingest_queue_entries", .gauge, help: "Batches not yet applied.")
        for status in statuses { page.sample("sentiero_ingest_queue_entries", labels(status), status.length) }
        page.begin("sentiero_ingest_oldest_entry_seconds", .gauge, help: "Age of the oldest batch not yet applied; absent when none waits.")
        let now = Date.now.timeIntervalSince1970
        for status in statuses {
            guard let oldest = status.oldestMs else { continue }
            page.sample("sentiero_ingest_oldest_entry_seconds", labels(status), max(0, now - Double(oldest) / 1000))
        }
    }
}
