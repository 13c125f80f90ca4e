/// Growing pauses between attempts, each shortened by up to half at random so that processes do not come back in step.
struct Backoff {
    let minMs: Int
    let maxMs: Int
    private var nextMs: Int

    init(minMs: Int, maxMs: Int) {
        self.minMs = max(1, minMs)
        self.maxMs = max(self.minMs, maxMs)
        nextMs = self.minMs
    }

    mutating func next() -> Int {
        let limit = nextMs
        nextMs = min(maxMs, nextMs * 2)
        return Int.random(in: (limit + 1) / 2...limit)
    }

    mutating func reset() { nextMs = minMs }
}
