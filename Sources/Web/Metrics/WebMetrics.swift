import RedisStore
import Synchronization

/// What one web process counts itself. What Redis counts (accepted, outcomes) is read from there instead.
final class WebMetrics: Sendable {
    struct Exchange: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    struct Rejection: Hashable {
        let lane: String
        let status: Int
    }

    private let exchanges = Mutex<[Exchange: DurationHistogram]>([:])
    private let rejections = Mutex<[Rejection: Int]>([:])

    /// - Parameter route: the template, never the path: paths hold session ids.
    func observe(route: String, method: String, status: Int, duration: Duration) {
        let exchange = Exchange(route: route, method: Self.known(method), status: status)
        let histogram = exchanges.withLock { exchanges in
            if let histogram = exchanges[exchange] { return histogram }
            let histogram = DurationHistogram()
            exchanges[exchange] = histogram
            return histogram
        }
        let (seconds, attoseconds) = duration.components
        histogram.observe(nanoseconds: UInt64(max(0, seconds)) * 1_000_000_000 + UInt64(max(0, attoseconds / 1_000_000_000)))
    }

    func reject(lane: String, status: Int) {
        rejections.withLock { $0[Rejection(lane: lane, status: status), default: 0] += 1 }
    }

    func write(to page: inout PrometheusText) {
        page.begin("sentiero_batches_rejected_total", .counter, help: "Batches this process refused.")
        for (rejection, count) in rejections.withLock({ $0 }).sorted(by: { ($0.key.lane, $0.key.status) < ($1.key.lane, $1.key.status) }) {
            page.sample("sentiero_batches_rejected_total", [("lane", rejection.lane), ("status", String(rejection.status))], count)
        }
        page.begin("sentiero_http_request_seconds", .histogram, help: "Time from a request's head to its answer, this process.")
        let order: (Exchange, Exchange) -> Bool = { ($0.route, $0.method, $0.status) < ($1.route, $1.method, $1.status) }
        for (exchange, histogram) in exchanges.withLock({ $0 }).sorted(by: { order($0.key, $1.key) }) {
            let labels = [("route", exchange.route), ("method", exchange.method), ("status", String(exchange.status))]
            page.histogram("sentiero_http_request_seconds", labels, histogram.snapshot)
        }
    }

    /// A client may invent methods; labels must stay few.
    private static func known(_ method: String) -> String {
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : "other"
    }
}
