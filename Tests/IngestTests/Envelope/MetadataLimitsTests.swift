import Ingest
import Testing

@Suite("Limits of metadata (spec 01, 1.5)")
struct MetadataLimitsTests {
    @Test("01-28 too long is cut, never refused", arguments: ["a", "é", "😀", "e\u{301}"])
    func clamp(character: String) {
        let long = String(repeating: character, count: 1025)
        let cut = MetadataLimits.clamp(long, to: MetadataLimits.maxValueCharacters)
        #expect(cut.unicodeScalars.count == 1024)
        #expect(long.hasPrefix(cut) || character.unicodeScalars.count > 1)
        let short = String(long.unicodeScalars.prefix(1024))
        #expect(MetadataLimits.clamp(short, to: 1024) == short)
        #expect(MetadataLimits.clamp("", to: 0) == "")
    }

    @Test("01-28 the numbers of the original")
    func numbers() {
        #expect(MetadataLimits.maxKeys == 50)
        #expect(MetadataLimits.maxKeyCharacters == 128)
        #expect(MetadataLimits.maxValueCharacters == 1024)
        #expect(MetadataLimits.serverKeys == ["geo_country", "geo_city", "geo_region", "geo_timezone"])
    }
}
