import Testing

@testable import SentieroHummingbird

@Suite struct ClientNetworkTests {
    @Test(
        "Addresses keep their network only (spec 01, 3.8)",
        arguments: [
            ("203.0.113.42", "203.0.113.0"), ("203.0.113.0", "203.0.113.0"), (" 203.0.113.42", "203.0.113.0"),
            ("2001:db8:abcd:1234::1", "2001:db8:abcd::"), ("2001:db8:abcd::", "2001:db8:abcd::"), ("2001:db8::1", "2001:db8::"),
            ("::1", "::"), ("::", "::"), ("fe80::1%eth0", "fe80::"), ("::ffff:203.0.113.42", "203.0.113.0"), ("0:1:2:3::", "0:1:2::"),
            ("203.0.113.7:4444", "203.0.113.0"), ("[2001:db8::1]:443", "2001:db8::"), ("[2001:db8::1]", "2001:db8::"),
            ("[::ffff:203.0.113.42]:1", "203.0.113.0"), ("[fe80::1%eth0]:80", "fe80::"),
        ])
    func networks(address: String, network: String) { #expect(ClientNetwork(address)?.text == network) }

    @Test(
        "What is no address says nothing",
        arguments: [
            "", "junk", "203.0.113.0/24", "203.0.113.042", "1.2.3", "1.2.3.256", "[::1]:", "[::1]80", "[::1]:65536", "203.0.113.42:",
            "203.0.113.42:x", "[::1", "[203.0.113.42", ":::", "1:2:3:4:5:6:7:8:9",
        ])
    func junk(text: String) { #expect(ClientNetwork(text) == nil) }
}
