/// Why a report is refused; status and text are part of the wire contract (spec 01 sections 1.2 and 1.6 to 1.8).
public struct ReportRejection: Error, Equatable, Sendable {
    /// HTTP status code.
    public let status: Int
    /// The value of `error` in the response.
    public let message: String

    public static let tooLarge = Self(.bodyTooLarge)
    public static let invalidGzip = Self(.invalidGzip)
    public static let invalidJSON = Self(.invalidJSON)
    public static let notAnObject = Self("body must be a JSON object")
    public static let exceptionClass = Self("exception_class is required")
    public static let message = Self("message is required")
    public static let name = Self("name is required")
    public static let sessionID = Self("invalid session_id")
    public static let windowID = Self("invalid window_id")
    public static let batchID = Self(.batchID)

    init(_ message: String) {
        status = 400
        self.message = message
    }

    /// What the lanes have in common is said in the same words.
    private init(_ rejection: EnvelopeRejection) {
        status = rejection.status
        message = rejection.message
    }
}
