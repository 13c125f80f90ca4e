import Testing

@testable import SentieroReporter

@Suite struct VersionTests {
    @Test func theVersionIsThreeNumbers() { #expect(ReporterVersion.text.split(separator: ".").count == 3) }
}
