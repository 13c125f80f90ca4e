import Ingest
import Testing

@Suite("Size and encoding of the body (spec 01, 1.2)")
struct BodyLimitTests {
    static let original = EnvelopeLimits(maxBodyBytes: 524_288, maxInflatedBytes: 524_288)

    private static let filler: [UInt8] = {
        var generator = SplitMix64(seed: 4)
        return (0..<1_500_000).map { _ in UInt8(ascii: "a") + UInt8(generator.next() & 3) }
    }()

    /// A valid body of exactly so many bytes that compresses about 4:1.
    static func body(bytes: Int) -> [UInt8] {
        let start = Array(#"{"sessionId":"s","windowId":"w","events":[{"type":3,"data":""#.utf8)
        let end = Array(#""}]}"#.utf8)
        return start + filler[..<(bytes - start.count - end.count)] + end
    }

    static func padded(to bytes: Int) -> [UInt8] {
        let text = Array(Verdict.body().utf8)
        return text + [UInt8](repeating: UInt8(ascii: " "), count: bytes - text.count)
    }

    @Test("01-2 gzip by its header, in any case", arguments: ["gzip", "GZIP", "gZip"])
    func byHeader(encoding: String) throws {
        let envelope = try Verdict.edge(Verdict.gzip(Verdict.body()), encoding: encoding).get()
        #expect(envelope.eventCount == 1)
        #expect(envelope.encoding == .gzip)
        #expect(envelope.inflatedBytes == Verdict.body().utf8.count)
    }

    @Test("01-3 gzip by its first two bytes, however they come")
    func byMagic() {
        let body = Verdict.gzip(Verdict.body())
        for encoding in [nil, "", "identity", "br", "gzip, gzip", " gzip", "x-gzip"] {
            for piece in [1, 2, 3, .max] {
                #expect(Verdict.edge(body, encoding: encoding, piece: piece).value?.encoding == .gzip)
            }
        }
    }

    @Test("01-4 the cap as received: exactly it passes, one more does not")
    func capAsReceived() {
        #expect(Verdict.edge(Self.padded(to: 524_288), limits: Self.original).rejection == nil)
        #expect(Verdict.edge(Self.padded(to: 524_289), limits: Self.original).rejection == .bodyTooLarge)
        #expect(Verdict.edge(Self.padded(to: 524_289), limits: Self.original, piece: 1).rejection == .bodyTooLarge)
        #expect(Verdict.edge(Self.padded(to: 1_048_576)).rejection == nil)
        #expect(Verdict.edge(Self.padded(to: 1_048_577)).rejection == .bodyTooLarge)
    }

    @Test("01-5 the cap after inflation, with or without the header", arguments: [nil, "gzip"])
    func capInflated(encoding: String?) {
        for piece in [97, .max] {
            let exact = Verdict.edge(Verdict.gzip(Self.body(bytes: 524_288)), limits: Self.original, encoding: encoding, piece: piece)
            #expect(exact.value?.inflatedBytes == 524_288)
            let over = Verdict.edge(Verdict.gzip(Self.body(bytes: 524_289)), limits: Self.original, encoding: encoding, piece: piece)
            #expect(over.rejection == .bodyTooLarge)
        }
    }

    @Test("01-6 gzip declared and not sent")
    func notGzip() {
        #expect(Verdict.edge(Array(Verdict.body().utf8), encoding: "gzip").rejection == .invalidGzip)
        #expect(Verdict.edge([0x1F], encoding: "gzip").rejection == .invalidGzip)
        // Other encodings are not unwrapped, nor is a second layer.
        #expect(Verdict.edge([0x78, 0x9C, 0x03, 0x00], encoding: "deflate").rejection == .invalidJSON)
        #expect(Verdict.edge(Verdict.gzip(Verdict.gzip(Verdict.body())), encoding: "gzip").rejection == .invalidJSON)
    }

    @Test("01-7 any damage to the stream or its trailer", arguments: [nil, "gzip"])
    func damaged(encoding: String?) {
        let body = Verdict.gzip(Verdict.body(events: #"[{"type":3,"data":{"text":"some words, some more words"}}]"#))
        // The last byte of the last block may hold bits that nothing reads.
        for index in 10..<body.count where index != body.count - 9 {
            for bit in 0..<8 {
                var damaged = body
                damaged[index] ^= 1 << bit
                #expect(Verdict.edge(damaged, encoding: encoding).rejection == .invalidGzip, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test("01-7 cut off anywhere")
    func truncated() {
        let body = Verdict.gzip(Verdict.body())
        for length in 2..<body.count {
            #expect(Verdict.edge(Array(body[..<length])).rejection == .invalidGzip)
            #expect(Verdict.edge(Array(body[..<length]), encoding: "gzip", piece: 1).rejection == .invalidGzip)
        }
        #expect(Verdict.edge([0x1F]).rejection == .invalidJSON)
        #expect(Verdict.edge([0x1F, 0x00]).rejection == .invalidJSON)
        #expect(Verdict.edge([0x1F, 0x00], piece: 1).rejection == .invalidJSON)
    }

    @Test("01-8 an empty body, and gzip of nothing")
    func empty() {
        #expect(Verdict.edge([]).rejection == .invalidJSON)
        #expect(Verdict.edge([], encoding: "gzip").rejection == .invalidJSON)
        #expect(Verdict.edge(Verdict.gzip("")).rejection == .invalidJSON)
    }

    @Test("bytes after the first member are ignored, but count as received")
    func afterTheMember() {
        let body = Verdict.gzip(Verdict.body())
        for tail in [[0], Array("junk".utf8), Verdict.gzip("junk"), [UInt8](repeating: 0xFF, count: 1000)] {
            #expect(Verdict.edge(body + tail).rejection == nil)
            #expect(Verdict.edge(body + tail, piece: 1).rejection == nil)
        }
        let text = Array(Verdict.body().utf8)
        #expect(Verdict.edge(Verdict.gzip(Array(text[..<20])) + Verdict.gzip(Array(text[20...]))).rejection == .invalidJSON)
        let limits = EnvelopeLimits(maxBodyBytes: body.count + 1)
        #expect(Verdict.edge(body + [0], limits: limits).rejection == nil)
        #expect(Verdict.edge(body + [0, 0], limits: limits).rejection == .bodyTooLarge)
    }

    @Test("more than 1 MiB at over 200:1 is refused, less or denser is not", arguments: [1000, 65_536, Int.max])
    func ratio(piece: Int) {
        #expect(Verdict.edge(Verdict.gzip(Self.padded(to: 1_048_576)), piece: piece).rejection == nil)
        #expect(Verdict.edge(Verdict.gzip(Self.padded(to: 1_200_000)), piece: piece).rejection == .bodyTooLarge)
        #expect(Verdict.edge(Verdict.gzip(Self.body(bytes: 1_500_000)), piece: piece).value?.inflatedBytes == 1_500_000)
    }

    @Test("a gzip header with a name, a comment and a checksum of its own")
    func fullHeader() {
        let plain = Verdict.gzip(Verdict.body())
        let named = Array(plain[..<3]) + [0x08] + Array(plain[4..<10]) + Array("name\0".utf8) + Array(plain[10...])
        #expect(Verdict.edge(named).rejection == nil)
        var reserved = plain
        reserved[3] = 0x80
        #expect(Verdict.edge(reserved).rejection == .invalidGzip)
    }

    @Test("an inspector lives across suspensions, as in a request handler")
    func suspended() async throws {
        var inspector = EnvelopeInspector(limits: EnvelopeLimits(), contentEncoding: "gzip")
        for byte in Verdict.gzip(Verdict.body()) {
            try withUnsafeBytes(of: byte) { try inspector.feed($0) }
            await Task.yield()
        }
        #expect(try inspector.finish().eventCount == 1)
    }

    @Test("a failed inspector stays failed")
    func afterFailure() {
        var inspector = EnvelopeInspector(limits: EnvelopeLimits(maxBodyBytes: 1), contentEncoding: nil)
        #expect(throws: EnvelopeRejection.bodyTooLarge) { try Array("{}".utf8).withUnsafeBytes { try inspector.feed($0) } }
        #expect(throws: EnvelopeRejection.bodyTooLarge) { try inspector.finish() }
    }
}
