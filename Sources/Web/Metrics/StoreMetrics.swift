import RedisStore

/// What Redis counts: the same on every process, so dashboards must not sum these over instances.
struct StoreMetrics: Sendable {
    let redis: RedisClient
    let keys: KeySchema
    let pressure: IngestPressure

    func write(to page: inout PrometheusText) async {
        let reading = pressure.reading
        page.begin("sentiero_ingest_queue_entries", .gauge, help: "Batches not yet applied.")
        for (shard, partitions) in reading.queued.enumerated() {
            for (partition, entries) in partitions.enumerated() {
                page.sample("sentiero_ingest_queue_entries", [("shard", String(shard)), ("partition", String(partition))], entries)
            }
        }
        page.begin("sentiero_redis_memory_bytes", .gauge, help: "Memory Redis uses.")
        page.sample("sentiero_redis_memory_bytes", [], reading.usedMemory)
    }
}
