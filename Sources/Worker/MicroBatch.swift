/// How many queue entries one commit takes (DESIGN.md section 4): at most 16 and 128 KiB, for a commit holds the one
/// Redis thread; a larger entry goes alone.
enum MicroBatch {
    static let maximumEntries = 16
    static let maximumBytes = 128 * 1024

    /// The length of the first micro-batch of entries with these body sizes (bytes). At least 1 unless `sizes` is empty.
    static func length(ofSizes sizes: some Sequence<Int>) -> Int {
        var count = 0
        var bytes = 0
        for size in sizes {
            bytes += size
            if count > 0, bytes > maximumBytes { break }
            count += 1
            if count == maximumEntries { break }
        }
        return count
    }
}
