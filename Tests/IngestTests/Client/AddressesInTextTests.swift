import Testing

@testable import Ingest

@Suite("Addresses in text") struct AddressesInTextTests {
    @Test(
        "Addresses lose what names a household",
        arguments: [
            ("203.0.113.42", "203.0.113.0"), ("connect to 203.0.113.42:8080 failed", "connect to 203.0.113.0:8080 failed"),
            ("ip=203.0.113.42.", "ip=203.0.113.0."), ("(203.0.113.42)", "(203.0.113.0)"), ("http://203.0.113.42/x", "http://203.0.113.0/x"),
            ("addr:203.0.113.42", "addr:203.0.113.0"), ("10.0.0.1-10.0.0.9", "10.0.0.0-10.0.0.0"), ("203.0.113.42/24", "203.0.113.0/24"),
            ("é203.0.113.42", "é203.0.113.0"), ("203.0.113.42, 198.51.100.7", "203.0.113.0, 198.51.100.0"),
            ("2001:db8:abcd:1234::1", "2001:db8:abcd::"), ("from 2001:db8:abcd:1:2:3:4:5: refused", "from 2001:db8:abcd::: refused"),
            ("[2001:DB8:ABCD:1234::1]:443", "[2001:db8:abcd::]:443"), ("peer:2001:db8:abcd:1234::1.", "peer:2001:db8:abcd::."), ("::1", "::"),
            ("fe80::1%eth0", "fe80::%eth0"), ("2a00::1", "2a00::"), ("x ::ffff:203.0.113.42 y", "x 203.0.113.0 y"),
            ("...203.0.113.42...", "...203.0.113.0..."),
        ])
    func reduced(text: String, expected: String) {
        let result = AddressesInText.anonymized(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(result == expected)
        // What is reduced stays so.
        #expect(AddressesInText.anonymized(Array(expected.utf8)) == nil)
    }

    @Test(
        "Versions, times, names and numbers stay",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "rails-6.1.7.3/lib", "v1.2.3.4", "Version=4.0.30.1", "version 1.2.3.4", "a1.2.3.4", "1.2.3.4a", "1.2.3.456",
            "2026.01.02.03", "12:34:56", "2026-11-21T12:34:56.789Z", "12:34:56.789.123", "Abc::Def", "A1::B2", "V2::Api", "std::deque::at",
            "cafe::babe", "00:1a:2b:3c:4d:5e", "app/x.rb:14:in `f'", "src/app.cr:5:3 in 'a'", "at foo (app.js:10:5)", "a::b::c", "::", ":::", "....",
            "Chrome/120.0.0.0 Safari/537.36", "0x00:0x01", "1:2:3", "#<Obj:0x00007fa1b2>", "Errno::ECONNREFUSED", "203.0.113.042",
        ])
    func untouched(text: String) {
        #expect(AddressesInText.anonymized(Array(text.utf8)) == nil)
    }

    @Test("Hostile text takes linear time", arguments: ["1.", "1:", "::", "a:1.1.1.1:", "ffff:", "1.2.3.4", "2001:db8::1 "])
    func hostile(unit: String) {
        let text = Array(String(repeating: unit, count: 500_000 / unit.utf8.count).utf8)
        let duration = ContinuousClock().measure { _ = AddressesInText.anonymized(text) }
        #expect(duration < .seconds(5))
    }
}
