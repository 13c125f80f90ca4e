import Testing

@testable import Worker

@Suite struct MicroBatchTests {
    @Test(arguments: [
        ([], 0),
        ([10], 1),
        (Array(repeating: 2_400, count: 40), 16),
        ([500_000, 10], 1),
        ([10, 500_000], 1),
        ([60_000, 60_000, 60_000], 2),
        ([131_072, 1], 1),
        ([131_071, 1, 1], 2),
    ])
    func length(sizes: [Int], expected: Int) {
        #expect(MicroBatch.length(ofSizes: sizes) == expected)
    }
}
