import Ingest
import RedisStore
import Testing

@testable import Web

/// What the issue pages are made of.
@Suite struct IssuePartsTests {
    private static func frame(_ name: String, _ isApplication: Bool) -> IssueFrame {
        IssueFrame(StackFrame(raw: name, function: name, file: "\(name).rb", line: 3, column: nil, isApplication: isApplication))
    }

    @Test("runs of library frames are folded, in the stack's own order; a stack of libraries alone is not")
    func folds() {
        let mixed = [("a", false), ("b", false), ("c", true), ("d", true), ("e", false)].map { Self.frame($0.0, $0.1) }
        let stack = IssueStack(mixed, raw: ["x", "y"])
        #expect(stack.groups.map(\.folded) == ["2 library frames", nil, "1 library frame"])
        #expect(stack.groups.map { $0.frames.compactMap(\.function) } == [["a", "b"], ["c", "d"], ["e"]])
        #expect(stack.raw == "x\ny" && stack.rest == nil)
        let library = IssueStack([Self.frame("a", false), Self.frame("b", false)], raw: [])
        #expect(library.groups.map(\.folded) == [nil])
        let long = IssueStack((0..<53).map { Self.frame("f\($0)", true) }, raw: [])
        #expect(long.groups.flatMap(\.frames).count == 50 && long.rest == "3 more frames")
        #expect(IssueStack([], raw: []).groups.isEmpty)
    }

    @Test("a frame that could not be read is shown as it came")
    func frames() {
        let unread = IssueFrame(StackFrame(raw: "  eh? ", function: nil, file: nil, line: nil, column: nil, isApplication: true))
        #expect(unread.reported == "  eh? " && unread.place == nil)
        #expect(IssueFrame.place("a.js", 3, 14) == "a.js:3:14")
        #expect(IssueFrame.place("a.js", nil, 14) == "a.js")
    }

    @Test("the chart has a bar for what happened, none for what did not, and says it in words")
    func chart() {
        // 2026-06-13 00:00 UTC and on, by hours.
        let points = (0..<24).map { TrendPoint(startMs: 1_781_308_800_000 + Int64($0) * 3_600_000, count: $0 == 2 ? 1_000 : $0 == 5 ? 1 : 0) }
        let chart = TrendChart(points, unit: .hour)
        #expect(chart.bars.map(\.x) == [21, 51])
        #expect(chart.bars.map(\.height) == [60, 3], "what happened once can be seen")
        #expect(chart.bars.map(\.label) == ["02:00: 1,000", "05:00: 1"])
        #expect(chart.first == "00:00" && chart.last == "23:00" && chart.width == 240 && chart.top == "1,000")
        #expect(chart.summary == "Last 24 hours, per UTC hour: 1,001 occurrences in all, most at 02:00 with 1,000.")
        #expect(chart.rows.map(\.name) == ["05:00", "02:00"])
        let empty = TrendChart([], unit: .day)
        #expect(empty.bars.isEmpty && empty.top == nil && empty.summary.contains("0 occurrences"))
    }

    @Test("context is nested one level; what is no object is shown as it is")
    func context() {
        let context = IssueContext(json: #"{"b":{"y":null,"x":{"deep":[1]}},"a":1.5,"e":{},"t":"it\"s"}"#)
        #expect(context.entries.map { "\($0.name)=\($0.value)" } == ["a=1.5", #"b.x={"deep":[1]}"#, "b.y=null", "e={}", #"t=it"s"#])
        #expect(IssueContext(json: "[1]").entries == [.init(name: "context", value: "[1]")])
        #expect(IssueContext(json: "broken").entries == [.init(name: "context", value: "broken")])
    }

    @Test(
        "an address comes back as it went",
        arguments: [
            "source=client&status=open&search=a%20b&since=2026-06-01&until=2026-06-02&environment=prod&release=1%2B2&sort_by=count&per_page=7&page=3",
            "", "page=2",
        ])
    func address(text: String) throws {
        let address = IssuesAddress(try QueryString(text))
        let link = address.parameters(page: address.page).map { "\($0.0)=\(QueryString.encode($0.1))" }.joined(separator: "&")
        #expect(link == text)
        #expect(IssuesAddress(try QueryString(link)) == address)
    }
}
