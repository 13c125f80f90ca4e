import HTTPTypes

/// A request that gets an error page.
struct DashboardFailure: Error, Equatable, Sendable {
    let status: HTTPResponse.Status
    /// The plain text clients of the original know.
    let message: String
    /// What a person reads on the page, when there is more to say.
    var detail: String?
    /// A way on from the page.
    var link: Link?
    var retryAfter: Int?
    var allow: [HTTPRequest.Method] = []
    /// Always JSON, whatever the client accepts.
    var isJSON = false

    /// The message, and what is to do about it.
    var plainText: String { detail.map { "\(message)\n\n\($0)\n" } ?? message }

    struct Link: Equatable, Sendable {
        let url: String
        let text: String
    }

    static let notFound = DashboardFailure(
        status: .notFound, message: "Not Found", detail: "There is no such page. The address may be misspelled, or the page may have moved.")
    static let invalidID = DashboardFailure(status: .badRequest, message: "invalid ID format", isJSON: true)
    static let invalidToken = DashboardFailure(
        status: .forbidden, message: "Invalid CSRF token",
        detail:
            "Nothing was changed. The form was sent from another site, or the page was open for so long that its token is gone. Reload it and try again."
    )
    static let malformedQuery = DashboardFailure(
        status: .badRequest, message: "Bad Request", detail: "The address has a broken percent escape or is not valid UTF-8.")
    static let formTooLarge = DashboardFailure(status: .contentTooLarge, message: "Content Too Large")
    static let unknownProject = DashboardFailure(
        status: .notFound, message: "Unknown project", detail: "No project of this name is configured.")

    static func methodNotAllowed(_ methods: [HTTPRequest.Method]) -> DashboardFailure {
        DashboardFailure(status: .methodNotAllowed, message: "Method Not Allowed", allow: methods)
    }

    static let unauthorized = DashboardFailure(status: .unauthorized, message: "Unauthorized")
    static let closed = DashboardFailure(
        status: .forbidden, message: "Forbidden",
        detail:
            "No login is configured, so the dashboard stays closed. Set SENTIERO_BASIC_AUTH=user:password, or SENTIERO_ALLOW_INSECURE_DASHBOARD=true on a machine nobody else can reach."
    )
    static func throttled(_ seconds: Int) -> DashboardFailure {
        DashboardFailure(
            status: .tooManyRequests, message: "Too Many Requests", detail: "Too many failed logins from this address. Try again later.",
            retryAfter: seconds)
    }
    static let noErasure = DashboardFailure(status: .notFound, message: "There is no such erasure, or its receipt has expired.", isJSON: true)
    static let badStatus = DashboardFailure(
        status: .badRequest, message: "bad status", detail: "Nothing was changed. A status is open, resolved or ignored.")
    static let badUntil = DashboardFailure(
        status: .badRequest, message: "bad until",
        detail: "Nothing was changed. An issue is ignored until 1 to 1,000,000 more occurrences, or until a day that is to come.")
    static let noIssue = DashboardFailure(status: .notFound, message: "There is no such issue.", isJSON: true)
    static let noSession = DashboardFailure(status: .notFound, message: "There is no such session.", isJSON: true)
    static let otherOrigin = DashboardFailure(status: .forbidden, message: "The request comes from another site.", isJSON: true)
    static let needsJSON = DashboardFailure(
        status: .unsupportedMediaType, message: "Send the body with Content-Type: application/json.", isJSON: true)

    static func badAPI(_ message: String) -> DashboardFailure { DashboardFailure(status: .badRequest, message: message, isJSON: true) }
    static func conflict(_ message: String) -> DashboardFailure { DashboardFailure(status: .conflict, message: message, isJSON: true) }

    static let storeUnavailable = DashboardFailure(
        status: .serviceUnavailable, message: "Service Unavailable",
        detail: "Redis cannot be reached right now. Recordings wait in the browsers meanwhile; reload in a moment.", retryAfter: 2)
}
