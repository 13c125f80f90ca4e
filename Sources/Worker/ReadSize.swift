/// How many entries one read of a partition's head takes, so that it stays near 1 MiB whatever the batches weigh.
struct ReadSize {
    static let targetBytes = 1 << 20
    static let maximumCount = 64
    private(set) var count = 16

    /// Learns from the body sizes (bytes) of the last read. The largest body decides: the next ones may all be as large.
    mutating func saw(_ sizes: [Int]) {
        guard let largest = sizes.max() else { return }
        count = min(Self.maximumCount, max(1, Self.targetBytes / max(largest, 1)))
    }
}
