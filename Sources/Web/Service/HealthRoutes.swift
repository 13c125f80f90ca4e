import HTTPTypes
import Hummingbird
import RedisStore

/// `/healthz` and `/readyz`: public, at the root whatever the mount, for load balancers and orchestrators.
struct HealthRoutes {
    let redis: RedisClient

    func add(to router: Router<WebContext>) {
        router.get("/healthz") { _, _ in Self.reply(.ok, #"{"status":"ok"}"#) }
        // A full Redis does not make this process unready: the dashboard must stay reachable just then.
        router.get("/readyz") { _, _ in
            redis.isConnected
                ? Self.reply(.ok, #"{"status":"ready"}"#)
                : Self.reply(.serviceUnavailable, #"{"status":"not ready","reason":"Redis cannot be reached"}"#)
        }
    }

    static func reply(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .xContentTypeOptions: "nosniff", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
