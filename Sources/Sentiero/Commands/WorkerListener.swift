import HTTPTypes
import Hummingbird
import Logging
import RedisStore
import Web
import Worker

/// The worker's own `/healthz` and `/metrics`, when `worker_http_port` is set.
struct WorkerListener: Sendable {
    let metrics: WorkerMetrics
    let redis: RedisClient
    let access: MetricsAccess

    func application(host: String, port: Int, logger: Logger) -> some ApplicationProtocol {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("/healthz") { _, _ in
            // A worker without Redis can do nothing, but killing it would not help either.
            Self.reply(.ok, "application/json", redis.isConnected ? #"{"status":"ok"}"# : #"{"status":"ok","redis":"not connected"}"#)
        }
        router.get("/metrics") { request, _ in
            access.refusal(of: request) ?? Self.reply(.ok, PrometheusText.contentType, page.text)
        }
        return Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        )
    }

    /// Names: spec 06 section 3. All are this process' own.
    private var page: PrometheusText {
        let snapshot = metrics.snapshot
        var page = PrometheusText()
        page.begin("sentiero_commit_seconds", .histogram, help: "Time of a commit, round trip included.")
        page.histogram("sentiero_commit_seconds", [], metrics.commitSeconds.snapshot)
        page.begin("sentiero_commit_batches", .histogram, help: "Batches per commit.")
        page.histogram("sentiero_commit_batches", [], metrics.commitBatches.snapshot)
        page.begin("sentiero_commit_conflicts_total", .counter, help: "Commits that did less than asked, by reason.")
        for (reason, count) in snapshot.conflicts.sorted(by: { $0.key < $1.key }) {
            page.sample("sentiero_commit_conflicts_total", [("reason", reason)], count)
        }
        page.begin("sentiero_events_stored_total", .counter, help: "Events this worker stored.")
        page.sample("sentiero_events_stored_total", [], snapshot.eventsStored)
        page.begin("sentiero_redactions_total", .counter, help: "Redactions this worker made, by pattern.")
        for (pattern, count) in snapshot.redactions.sorted(by: { $0.key < $1.key }) {
            page.sample("sentiero_redactions_total", [("pattern", pattern)], count)
        }
        let filter = snapshot.eventFilter
        page.begin("sentiero_event_filter_events_total", .counter, help: "Events the operator's filter answered, by what became of them.")
        for (result, count) in [("kept", filter.kept), ("dropped", filter.dropped), ("invalid", filter.invalid)] {
            page.sample("sentiero_event_filter_events_total", [("result", result)], count)
        }
        page.begin("sentiero_event_filter_failures_total", .counter, help: "Times the operator's filter gave no answers, by reason.")
        for (reason, count) in filter.failures.sorted(by: { $0.key < $1.key }) {
            page.sample("sentiero_event_filter_failures_total", [("reason", reason)], count)
        }
        page.begin("sentiero_event_filter_seconds", .histogram, help: "Time the operator's filter took for a batch.")
        page.histogram("sentiero_event_filter_seconds", [], metrics.eventFilterSeconds.snapshot)
        page.begin("sentiero_alert_deliveries_total", .counter, help: "Attempts to deliver alerts, by what became of them.")
        for (channel, results) in snapshot.alertDeliveries.sorted(by: { $0.key < $1.key }) {
            for (result, count) in results.sorted(by: { $0.key < $1.key }) {
                page.sample("sentiero_alert_deliveries_total", [("channel", channel), ("result", result)], count)
            }
        }
        page.begin("sentiero_worker_leases_held", .gauge, help: "Partitions this worker owns.")
        page.sample("sentiero_worker_leases_held", [], snapshot.leasesHeld)
        page.begin("sentiero_redis_round_trip_seconds", .histogram, help: "From writing a call to its last reply.")
        page.histogram("sentiero_redis_round_trip_seconds", [], redis.roundTrip.snapshot)
        page.begin("sentiero_build_info", .gauge, help: "Always 1.")
        page.sample("sentiero_build_info", [("version", Version.text)], 1)
        return page
    }

    private static func reply(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .xContentTypeOptions: "nosniff", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
