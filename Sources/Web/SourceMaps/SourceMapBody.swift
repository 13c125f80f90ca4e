import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Synchronization

/// The body of an upload, bounded while it arrives and while it is inflated.
enum SourceMapBody {
    private static let tooLarge = LaneReply(error: "the source map is larger than \(SourceMap.maxBytes) bytes", .contentTooLarge)
    private static let notGzip = LaneReply(error: "the body is not the gzip it says it is", .badRequest)
    private static let unknownEncoding = LaneReply(error: "only gzip is understood as content encoding", .unsupportedMediaType)

    static func read(_ request: Request) async throws(LaneReply) -> [UInt8] {
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        guard ["gzip", "x-gzip", "identity", ""].contains(encoding) else { throw unknownEncoding }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > SourceMap.maxBytes { throw tooLarge }
        var body: [UInt8] = []
        body.reserveCapacity(min(length ?? 0, SourceMap.maxBytes))
        var parts = request.body.makeAsyncIterator()
        while true {
            let part: ByteBuffer?
            do { part = try await parts.next() } catch { throw .bodyIncomplete }
            guard let part else { break }
            guard body.count + part.readableBytes <= SourceMap.maxBytes else { throw tooLarge }
            body.append(contentsOf: part.readableBytesView)
        }
        // No JSON begins as gzip does: a file that is compressed needs no header to say so.
        let isGzip = body.withUnsafeBytes { Gzip.hasMagic($0) }
        guard isGzip else {
            guard !encoding.hasSuffix("gzip") else { throw notGzip }
            return body
        }
        let inflated = body.withUnsafeBytes { bytes -> Result<[UInt8], GzipError> in
            do throws(GzipError) { return .success(try Gzip.inflate(bytes, limit: SourceMap.maxBytes)) } catch { return .failure(error) }
        }
        do throws(GzipError) { return try inflated.get() } catch { throw error == .tooLarge ? tooLarge : notGzip }
    }
}

/// Uploads in progress: each may hold a few times 32 MiB.
final class SourceMapUploads: Sendable {
    static let most = 4
    private let count = Mutex(0)

    func begin() -> Bool {
        count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}
