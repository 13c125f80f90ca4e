import Ingest
import Testing

@Suite("Gzip members")
struct GzipTests {
    static func inflate(_ bytes: [UInt8], limit: Int = 1 << 24, expected: Int? = nil) throws -> Gzip.Member {
        try bytes.withUnsafeBytes { try Gzip.member($0, limit: limit, expected: expected) }
    }

    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    @Test("there and back, of every size and level", arguments: [0, 1, 17, 65_535, 65_536, 300_000], [1, 6, 9])
    func roundTrip(count: Int, level: Int) throws {
        for body in [[UInt8](repeating: 7, count: count), Self.random(count, seed: UInt64(count))] {
            let packed = body.withUnsafeBytes { Gzip.deflate($0, level: level) }
            for expected in [nil, count, 0, 1, 10 * count] {
                let member = try Self.inflate(packed, expected: expected)
                #expect(member.bytes == body)
                #expect(member.consumed == packed.count)
            }
            #expect(try packed.withUnsafeBytes { try Gzip.inflate($0, limit: count) } == body)
        }
    }

    @Test("one stream writes many members")
    func reused() throws {
        var stream = DeflateStream(level: 6)
        for count in [1000, 0, 50_000, 3] {
            let body = Self.random(count, seed: 9)
            let packed = body.withUnsafeBytes { stream.member($0) }
            #expect(try Self.inflate(packed).bytes == body)
            #expect(packed == body.withUnsafeBytes { Gzip.deflate($0, level: 6) })
        }
    }

    @Test("the limit: exactly it passes")
    func limit() throws {
        let packed = [UInt8](repeating: 0, count: 5000).withUnsafeBytes { Gzip.deflate($0) }
        #expect(try Self.inflate(packed, limit: 5000).bytes.count == 5000)
        #expect(throws: GzipError.tooLarge) { try Self.inflate(packed, limit: 4999) }
        #expect(throws: GzipError.tooLarge) { try Self.inflate(packed, limit: 0) }
    }

    @Test("bytes after the member are not part of it")
    func tail() throws {
        let packed = Array("text".utf8).withUnsafeBytes { Gzip.deflate($0) }
        let member = try Self.inflate(packed + [1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 255, 255, 255])
        #expect(member.bytes == Array("text".utf8))
        #expect(member.consumed == packed.count)
    }

    @Test("damage is noticed, and a false length at the end costs nothing")
    func damaged() {
        let packed = Array(String(repeating: "words, more words; ", count: 9).utf8).withUnsafeBytes { Gzip.deflate($0) }
        // The last byte of the last block may hold bits that nothing reads.
        for index in 10..<packed.count where index != packed.count - 9 {
            var damaged = packed
            damaged[index] ^= 0x10
            #expect(throws: GzipError.invalid) { try Self.inflate(damaged) }
            #expect(throws: GzipError.invalid) { try Self.inflate(Array(packed[..<index])) }
        }
        #expect(throws: GzipError.invalid) { try Self.inflate([]) }
        #expect(throws: GzipError.invalid) { try Self.inflate(Array("{}".utf8)) }
    }

    @Test("magic bytes")
    func magic() {
        #expect([0x1F, 0x8B].withUnsafeBytes { Gzip.hasMagic(UnsafeRawBufferPointer(rebasing: $0[..<0])) } == false)
        #expect(([0x1F, 0x8B] as [UInt8]).withUnsafeBytes { Gzip.hasMagic($0) })
        #expect(!([0x1F] as [UInt8]).withUnsafeBytes { Gzip.hasMagic($0) })
    }
}
