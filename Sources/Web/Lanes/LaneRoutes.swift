import HTTPTypes
import Hummingbird

/// Answers the ingest paths before any page can: whatever the method, and whatever stands behind the lane's name (spec 01 section 1.1).
struct LaneRoutes: RouterMiddleware {
    typealias Context = WebContext

    let mount: String
    let events: EventsLane
    let errors: ServerLane
    let track: ServerLane

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        let path = request.uri.path
        guard path.hasPrefix(mount) else { return try await next(request, context) }
        let rest = path.dropFirst(mount.count)
        if Self.isAt("/events", rest) {
            context.coreContext.endpointPath.value = "/events"
            return await events.respond(to: request, context)
        }
        for lane in [errors, track] where Self.isAt("/" + lane.kind.rawValue, rest) {
            context.coreContext.endpointPath.value = "/" + lane.kind.rawValue
            return await lane.respond(to: request, context)
        }
        return try await next(request, context)
    }

    /// Templates of the lanes, as metrics and the log name them.
    static let templates: Set = ["/events", "/errors", "/track"]

    private static func isAt(_ lane: String, _ path: Substring) -> Bool {
        guard path.hasPrefix(lane) else { return false }
        let rest = path.dropFirst(lane.count)
        return rest.isEmpty || rest.first == "/"
    }
}
