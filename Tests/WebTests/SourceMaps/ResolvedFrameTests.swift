import Ingest
import RedisStore
import Testing

@testable import Web

/// Frames on the issue page, with and without a map.
@Suite struct ResolvedFrameTests {
    private static let raw = StackFrame(
        raw: "at t (https://shop.example/app.js:1:90)", function: "t", file: "https://shop.example/app.js", line: 1, column: 90, isApplication: true)

    @Test(
        "06-6: a resolved frame has its source, function and context, and what was reported beside it",
        arguments: [
            ("../../src/cart.js", "src/cart.js:8:11", true), ("./cart.js", "cart.js:8:11", true),
            ("webpack:///./src/cart.js", "webpack:///./src/cart.js:8:11", true),
            ("../node_modules/left-pad/index.js", "node_modules/left-pad/index.js:8:11", false),
        ])
    func resolved(source: String, place: String, isApplication: Bool) {
        let context = [ContextLine(number: 8, text: "throw x", isMarked: true), ContextLine(number: 9, text: "}", isMarked: false)]
        let original = OriginalPosition(source: source, line: 8, column: 11, name: nil, context: context)
        let frame = IssueFrame(ResolvedFrame(raw: Self.raw, original: original, function: "priceOf"))
        #expect(frame.place == place && frame.function == "priceOf" && frame.isApplication == isApplication)
        #expect(frame.reported == "https://shop.example/app.js:1:90")
        #expect(frame.context.map(\.number) == [8, 9] && frame.context.map(\.isHit) == [true, false])
    }

    @Test("without a map a frame is as it came")
    func raw() {
        #expect(IssueFrame(ResolvedFrame(raw: Self.raw)) == IssueFrame(Self.raw))
        let original = OriginalPosition(source: "a.js", line: 1, column: 1, name: nil, context: [])
        #expect(
            IssueFrame(ResolvedFrame(raw: Self.raw, original: original)).function == "t", "the browser's name stays where nothing better is known")
    }
}
