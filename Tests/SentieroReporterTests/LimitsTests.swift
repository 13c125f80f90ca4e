import Testing

@testable import SentieroReporter

/// Reports of any size become one that the server keeps, without work that grows faster than they do.
@Suite struct LimitsTests {
    private static let request: ReportValue = ["method": "POST", "path": "/cart", "ip": "203.0.113.0", "params": ["page": "2"]]

    private static func bytes(_ object: [String: ReportValue]) -> Int { ReportLimits.encoded(object).count }

    private static func context(_ context: [String: ReportValue]) throws -> [String: ReportValue] {
        let (reporter, transport) = kept {
            $0.environment = "production"
            $0.release = "2.4.1"
        }
        reporter.notify(PaymentError(), context: context)
        guard case .object(let members) = try #require(transport.deliveries.first).payload["context"] else { return [:] }
        #expect(bytes(members) <= ReportLimits.objectBytes)
        return members
    }

    @Test("Many small members: bounded, and what says where it was stays", arguments: [1000, 1500, 100_000])
    func many(count: Int) throws {
        let members = (0..<count).map { ("member\($0)", ReportValue.string("value \($0)")) }
        var context = Dictionary(uniqueKeysWithValues: members)
        context["request"] = Self.request
        let start = ContinuousClock.now
        let kept = try Self.context(context)
        let (reporter, transport) = Self.keeping()
        reporter.track("many", payload: context)
        #expect(ContinuousClock.now - start < .seconds(60), "ended at all")
        #expect(kept["request"] == Self.request)
        #expect(kept["environment"] == "production")
        #expect(kept["release"] == "2.4.1")
        #expect(kept["_truncated"] == true)
        #expect(kept.count > 300, "as many as fit")
        #expect(!kept.values.contains("[TRUNCATED]"), "nothing small gives way to something larger")
        #expect(transport.deliveries.count == 1)
    }

    private static func keeping() -> (Reporter, TestTransport) { kept() }

    @Test("One long parameter does not cost the request its method, path and address")
    func longParameter() throws {
        let long = String(repeating: "word ", count: 4000)
        let kept = try Self.context([
            "request": ["method": "GET", "path": "/search", "ip": "203.0.113.0", "params": ["q": .string(long), "page": "2"]], "order": 42,
        ])
        let request = try #require(kept["request"])
        #expect(request["method"] == "GET" && request["path"] == "/search" && request["ip"] == "203.0.113.0")
        #expect(request["params"]?["page"] == "2")
        let text = try #require(request["params"]?["q"]?.text)
        #expect(text.hasPrefix("word word ") && text.hasSuffix("[TRUNCATED]") && text.utf8.count > 7000)
        #expect(kept["order"] == 42)
    }

    @Test("Long texts share what the small ones leave")
    func longTexts() throws {
        let long = ReportValue.string(String(repeating: "é\"\n", count: 20_000))
        let kept = try Self.context(["a": long, "b": long, "list": [long, 1, long], "small": "s", "nothing": nil, "number": 4.5])
        for text in [kept["a"], kept["b"]] { #expect((text?.text?.utf8.count ?? 0) > 1000) }
        #expect(kept["small"] == "s" && kept["nothing"] == .null && kept["number"] == 4.5)
        guard case .array(let elements) = kept["list"] else { return #expect(Bool(false)) }
        #expect(elements.count == 3 && elements[1] == 1)
    }

    @Test("Many large objects, long keys, long lists")
    func shapes() throws {
        let object: ReportValue = .object(Dictionary(uniqueKeysWithValues: (0..<30).map { ("k\($0)", ReportValue.string("v\($0)")) }))
        #expect(try Self.context(Dictionary(uniqueKeysWithValues: (0..<200).map { ("o\($0)", object) })).count > 20)
        #expect(try Self.context([String(repeating: "k", count: 50_000): 1, "small": 2])["small"] == 2)
        let list = try Self.context(["list": .array(Array(repeating: 7, count: 100_000)), "small": 2])
        #expect(list["small"] == 2)
        #expect(
            try Self.context(["request": .object(Dictionary(uniqueKeysWithValues: (0..<5000).map { ("p\($0)", 1) })), "order": 42])["order"] == 42)
    }

    @Test("What a hook adds is bounded, too: 5,000 levels, 100,000 members")
    func hook() throws {
        let (reporter, transport) = kept {
            $0.beforeNotify = { report in
                var report = report
                var deep: ReportValue = 1
                for _ in 0..<5000 { deep = ["x": deep] }
                var list: ReportValue = 1
                for _ in 0..<5000 { list = [list] }
                report.context["deep"] = deep
                report.context["list"] = list
                for index in 0..<100_000 { report.context["k\(index)"] = .int(index) }
                return report
            }
        }
        reporter.notify(PaymentError())
        let delivery = try #require(transport.deliveries.first)
        #expect(delivery.body.count < 20_000)
        #expect(delivery.payload["context"]?["_truncated"] == true)
    }

    @Test("Sizes are those of the JSON that is sent, or a little more")
    func sizes() {
        let values: [ReportValue] = [
            nil, true, false, -12, .int(.min), 0.1, .double(1e300), .double(.nan), "", "a\"b\\c/\n\r\t\u{8}\u{C}\u{0}\u{1F}\u{7F}é😀\u{2028}", [],
            [1, 2, "x"],
            [:], ["a": 1, "é\n": ["b": [nil, 2.5]]],
        ]
        for value in values {
            let actual = ReportLimits.encoded([value]).count - 2
            #expect((actual...(actual + 8)).contains(SizedValue(value).bytes), "\(value)")
        }
    }
}
