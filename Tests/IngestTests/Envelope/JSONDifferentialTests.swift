import Foundation
import Testing

@testable import Ingest

/// The scanner against Foundation's parser, on texts made and damaged at random from a seed.
@Suite("Differential: JSONSerialization")
struct JSONDifferentialTests {
    @Test("both accept or both refuse", arguments: [1, 2, 3, 4])
    func agree(seed: UInt64) {
        var generator = RandomJSON(seed: seed)
        var accepted = 0
        var refused = 0
        for round in 0..<4000 {
            var bytes = generator.value(depth: 4)
            if round % 4 != 0 { generator.damage(&bytes) }
            guard !Self.isJudgedDifferently(bytes) else { continue }
            let expected = (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
            let found = JSONScannerTests.isValid(bytes)
            #expect(found == expected, "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self)) \(bytes)")
            #expect(JSONScannerTests.isValid(bytes, piece: 1 + round % 9) == found)
            if found { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 800 && refused > 800, "both kinds occur")
    }

    /// Where Foundation is known to differ from RFC 8259: it guesses UTF-16 and UTF-32 from zero bytes, skips a byte
    /// order mark, refuses lone surrogates and numbers beyond a double.
    static func isJudgedDifferently(_ bytes: [UInt8]) -> Bool {
        if bytes.contains(0) || bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            return true
        }
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return text.contains("\\ud") || text.contains(/e[+]?\d{3}/)
    }
}
