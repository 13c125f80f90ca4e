import HTTPTypes
import Hummingbird
import RedisStore

/// `GET /metrics` of the web tier (names: spec 06 section 3).
struct MetricsRoute {
    let access: MetricsAccess
    let metrics: WebMetrics
    let store: StoreMetrics
    let ingest: RedisClient
    let version: String

    func add(to router: Router<WebContext>) {
        router.get("/metrics") { request, _ in
            if let refusal = access.refusal(of: request) { return refusal }
            var page = PrometheusText()
            // Known to be away, Redis is not asked: what this process counts must be readable just then.
            if ingest.isConnected { await store.write(to: &page) }
            metrics.write(to: &page)
            page.begin(
                "sentiero_redis_round_trip_seconds", .histogram, help: "From writing a call to its last reply, ingest connection of this process.")
            page.histogram("sentiero_redis_round_trip_seconds", [], ingest.roundTrip.snapshot)
            page.begin("sentiero_redis_connected", .gauge, help: "1 while the ingest connection stands.")
            page.sample("sentiero_redis_connected", [], ingest.isConnected ? 1 : 0)
            page.begin("sentiero_build_info", .gauge, help: "Always 1.")
            page.sample("sentiero_build_info", [("version", version)], 1)
            return Response(
                status: .ok,
                headers: [.contentType: PrometheusText.contentType, .xContentTypeOptions: "nosniff", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page.text))
            )
        }
    }
}
