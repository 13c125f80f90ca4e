/// The body of a request of the server lanes as JSON text (spec 01 section 1.2).
public enum ReportBody {
    /// The body, inflated when it is gzip: declared so, or beginning like it. What follows the first member is ignored.
    ///
    /// - Parameter contentEncoding: the value of the `Content-Encoding` header, whole.
    public static func inflated(_ body: [UInt8], contentEncoding: String?, limits: EnvelopeLimits) throws(ReportRejection) -> [UInt8] {
        guard body.count <= limits.maxBodyBytes else { throw .tooLarge }
        let isGzip = contentEncoding.map(EnvelopeInspector.isGzip) ?? false
        guard isGzip || body.withUnsafeBytes(Gzip.hasMagic) else { return body }
        let result = body.withUnsafeBytes { bytes in
            Result { () throws(GzipError) in try Gzip.inflate(bytes, limit: limits.maxInflatedBytes) }
        }
        switch result {
        case .success(let inflated): return inflated
        case .failure(.tooLarge): throw .tooLarge
        case .failure(.invalid): throw .invalidGzip
        }
    }
}
