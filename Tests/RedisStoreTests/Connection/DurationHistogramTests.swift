import RedisStore
import Testing

@Suite struct DurationHistogramTests {
    @Test func countsCumulatively() {
        let histogram = DurationHistogram(bounds: [0.001, 0.01, 0.1])
        for seconds in [0.0005, 0.001, 0.002, 0.05, 3] { histogram.observe(seconds: seconds) }
        let snapshot = histogram.snapshot
        #expect(snapshot.cumulative == [2, 3, 4])
        #expect(snapshot.count == 5)
        #expect(abs(snapshot.sum - 3.0535) < 1e-9)
    }

    @Test func losesNothingUnderContention() async {
        let histogram = DurationHistogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1_000 { histogram.observe(nanoseconds: 500_000) } } }
        }
        #expect(histogram.snapshot.count == 8_000)
    }
}
