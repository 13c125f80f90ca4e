import HTTPTypes
import Hummingbird

/// One answer of a lane: a status and one of a few fixed bodies (spec 01 section 1.3).
struct LaneReply: Error, Equatable {
    let status: HTTPResponse.Status
    /// The whole body; empty for 204.
    let body: String
    /// Seconds after which the client should try again.
    var retryAfter: Int?

    static let accepted = LaneReply(status: .ok, body: #"{"status":"ok"}"#)
    static let dropped = LaneReply(status: .noContent, body: "")
    static let methodNotAllowed = LaneReply(error: "method not allowed", .methodNotAllowed)
    static let originNotAllowed = LaneReply(error: "origin not allowed", .forbidden)
    static let unknownProject = LaneReply(error: "invalid or missing project key", .unauthorized)
    static let invalidIngestKey = LaneReply(error: "invalid or missing ingest key", .unauthorized)
    static let redisUnavailable = LaneReply(error: "storage unavailable", .serviceUnavailable, retryAfter: 2)
    static let overloaded = LaneReply(error: "too much unprocessed data", .serviceUnavailable, retryAfter: 5)
    static let bodyIncomplete = LaneReply(error: "request body incomplete", .badRequest)

    /// - Parameter fingerprint: of the problem, hexadecimal.
    static func accepted(fingerprint: String) -> LaneReply { LaneReply(status: .ok, body: #"{"status":"ok","fingerprint":"\#(fingerprint)"}"#) }

    init(status: HTTPResponse.Status, body: String) {
        self.status = status
        self.body = body
    }

    /// - Parameter error: plain text without characters that JSON escapes.
    init(error: String, _ status: HTTPResponse.Status, retryAfter: Int? = nil) {
        self.status = status
        self.body = #"{"error":"\#(error)"}"#
        self.retryAfter = retryAfter
    }

    /// - Parameter isHead: a HEAD request is told the length, not the text.
    func response(isHead: Bool = false) -> Response {
        var fields: HTTPFields = [.contentType: "application/json", .xContentTypeOptions: "nosniff"]
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if status == .noContent { return Response(status: status, headers: fields) }
        let response = Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
        return isHead ? response.createHeadResponse() : response
    }
}
