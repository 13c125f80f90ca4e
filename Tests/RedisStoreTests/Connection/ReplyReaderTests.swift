import Testing

@testable import RedisStore

@Suite struct ReplyReaderTests {
    private func values(_ text: String, pieces: Int) throws -> [RedisValue] {
        let reader = try #require(ReplyReader())
        let bytes = Array(text.utf8)
        var values: [RedisValue] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            try bytes[start..<min(start + pieces, bytes.count)].withUnsafeBytes { try reader.feed($0) }
            while let value = try reader.next() { values.append(value) }
        }
        return values
    }

    /// In pieces of every size, down to single bytes.
    @Test(arguments: [1, 2, 3, 7, 1_000])
    func readsRepliesInPieces(size: Int) throws {
        let text = "+OK\r\n:-5\r\n$-1\r\n*-1\r\n$0\r\n\r\n-ERR no\r\n*0\r\n*3\r\n*2\r\n:1\r\n*1\r\n$2\r\nab\r\n$-1\r\n*0\r\n:7\r\n"
        #expect(
            try values(text, pieces: size) == [
                .status("OK"), .integer(-5), .null, .null, .bulk([]), .error("ERR no"), .array([]),
                .array([.array([.integer(1), .array([.bulk([97, 98])])]), .null, .array([])]), .integer(7),
            ])
    }

    @Test(arguments: ["HTTP/1.1 400\r\n", "$abc\r\n", "*9999999999999\r\n"])
    func refusesWhatIsNotRESP(text: String) {
        #expect(throws: RedisError.self) { try values(text, pieces: 1_000) }
    }
}
