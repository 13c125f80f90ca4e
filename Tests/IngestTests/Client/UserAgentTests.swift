import Ingest
import Testing

@Suite("User agents (spec 01, 4.4)")
struct UserAgentTests {
    static let agents: [(String, String?, String?)] = [
        ("", nil, nil),
        ("curl/8.1", "Other", "Desktop"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36", "Chrome", "Desktop"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/124.0 Safari/537.36 Edg/124.0", "Edge", "Desktop"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/124.0 Safari/537.36 OPR/110.0", "Opera", "Desktop"),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/9) Presto/2.12", "Opera", "Desktop"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari", "Mobile"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari", "Tablet"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/124.0 Mobile Safari/537.36", "Chrome", "Mobile"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/124.0 Safari/537.36", "Chrome", "Mobile"),
        ("Mozilla/5.0 (Android 13; Tablet; rv:125.0) Gecko/125.0 Firefox/125.0", "Firefox", "Tablet"),
        ("mozilla/5.0 FIREFOX/125.0 MOBILE", "Firefox", "Mobile"),
        ("Edge", "Other", "Desktop"), ("x", "Other", "Desktop"),
    ]

    @Test("buckets", arguments: agents)
    func buckets(text: String, browser: String?, device: String?) {
        #expect(UserAgent.browser(text) == browser)
        #expect(UserAgent.device(text) == device)
    }
}
