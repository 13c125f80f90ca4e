import Testing

@testable import Ingest

/// Spec 01 section 1.2, on the server lanes.
@Suite("Bodies of reports") struct ReportBodyTests {
    private static let limits = EnvelopeLimits(maxBodyBytes: 1000, maxInflatedBytes: 2000)

    private static func gzip(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x20, count: count).withUnsafeBytes { Gzip.deflate($0) } }

    private static func inflated(_ body: [UInt8], _ encoding: String? = nil) -> Result<[UInt8], ReportRejection> {
        Result { () throws(ReportRejection) in try ReportBody.inflated(body, contentEncoding: encoding, limits: limits) }
    }

    @Test func limitsAreInclusive() {
        #expect(Self.inflated([UInt8](repeating: 0x20, count: 1000)) == .success([UInt8](repeating: 0x20, count: 1000)))
        #expect(Self.inflated([UInt8](repeating: 0x20, count: 1001)) == .failure(.tooLarge))
        for encoding in ["gzip", "GZip", nil] {
            #expect(Self.inflated(Self.gzip(2000), encoding) == .success([UInt8](repeating: 0x20, count: 2000)))
            #expect(Self.inflated(Self.gzip(2001), encoding) == .failure(.tooLarge))
        }
    }

    @Test func brokenGzipSaysNoMore() {
        let member = Self.gzip(500)
        var corrupt = member
        corrupt[12] ^= 0xFF
        var checksum = member
        checksum[checksum.count - 6] ^= 1
        for body in [Array("plain".utf8), [], Array(member.dropLast()), corrupt, checksum] {
            #expect(Self.inflated(body, "gzip") == .failure(.invalidGzip))
        }
        #expect(ReportRejection.invalidGzip.message == "invalid gzip encoding" && ReportRejection.invalidGzip.status == 400)
        #expect(ReportRejection.tooLarge.message == "request body too large" && ReportRejection.tooLarge.status == 413)
    }

    @Test func otherEncodingsAndEmptyBodiesStayWhatTheyAre() {
        #expect(Self.inflated([]) == .success([]))
        #expect(Self.inflated(Array("{}".utf8), "br") == .success(Array("{}".utf8)))
        #expect(Self.inflated(Self.gzip(10) + Self.gzip(10)) == .success([UInt8](repeating: 0x20, count: 10)))
    }
}
