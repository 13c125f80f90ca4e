import Ingest
import RedisStore

/// How many queue entries one commit takes (DESIGN.md section 4): at most 16 and 128 KiB, for a commit holds the one
/// Redis thread; a larger entry goes alone.
enum MicroBatch {
    static let maximumEntries = 16
    static let maximumBytes = 128 * 1024
    /// Problems and occurrences together: a body of some KiB can hold hundreds, each several commands of Redis.
    static let maximumReports = 500

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

    /// How many of the entries, with so many problems and occurrences each, one commit takes. At least 1 unless `counts` is empty.
    static func length(ofReports counts: some Sequence<Int>) -> Int {
        var length = 0
        var sum = 0
        for count in counts {
            sum += count
            if length > 0, sum > maximumReports { break }
            length += 1
        }
        return length
    }
}

extension CommitEntry {
    /// Problems, occurrences and server events to write.
    var reportCount: Int {
        switch disposition {
        case .store(let chunk): Self.count(chunk.problems)
        case .report(let report): Self.count(report.problems) + report.events.count
        default: 0
        }
    }

    private static func count(_ problems: [ProblemDelta]) -> Int { problems.reduce(0) { $0 + 1 + $1.occurrences.count } }
}
