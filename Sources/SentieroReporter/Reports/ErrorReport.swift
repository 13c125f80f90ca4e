/// What is told about one error; ``ReporterConfiguration/beforeNotify`` may change it.
public struct ErrorReport: Sendable {
    /// Type of the error with its module and case, such as `Shop.PaymentError.declined`; at most 500 characters. Which errors are one issue is
    /// decided by it and the first five frames.
    public var exceptionClass: String
    public var message: String
    /// The innermost frame first. Errors of Swift carry none: it is the place of the call, unless you pass others.
    public var backtrace: [String]
    /// Keys that hold secrets are filtered already; what a hook adds is its own responsibility.
    public var context: [String: ReportValue]
    /// Seconds since 1970.
    public var timestamp: Double
    /// What the server reads the frames by.
    public var platform = "swift"
    public var sessionID: String?
    public var windowID: String?
    /// The error itself; it is not sent.
    public let error: any Error
    /// 12 random characters: the same on every retry, so that the server counts the report once.
    public let id: String

    /// As `POST /errors` takes it (spec 01, section 6). The server refuses an empty class or message, and ids that are none.
    var payload: [String: ReportValue] {
        var payload: [String: ReportValue] = [
            "exception_class": .string(ReportLimits.cut(exceptionClass.isEmpty ? "Error" : exceptionClass, to: ReportLimits.classCharacters)),
            "message": .string(ReportLimits.cut(message.isEmpty ? "(no message)" : message, to: ReportLimits.messageCharacters)),
            "backtrace": .array(
                backtrace.prefix(ReportLimits.frames).map { .string(ReportLimits.cut($0, to: ReportLimits.frameCharacters)) }),
            "context": .object(ReportLimits.fitting(context)),
            "timestamp": .double(timestamp),
            "platform": .string(platform),
            "batchId": .string(id),
        ]
        if let id = Identifier.valid(sessionID) { payload["session_id"] = .string(id) }
        if let id = Identifier.valid(windowID) { payload["window_id"] = .string(id) }
        return payload
    }
}
