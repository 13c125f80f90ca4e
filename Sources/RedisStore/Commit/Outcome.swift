/// Where a batch ended. Every accepted batch ends in exactly one (DESIGN.md section 4, "Accounting").
public enum Outcome: String, Hashable, Sendable, CaseIterable {
    case stored
    /// Nothing of it survived redaction and filters.
    case filtered
    /// Its batch id was among the last 64 of its window.
    case duplicate
    case limitedEvents = "limited:events"
    case limitedBytes = "limited:bytes"
    case limitedWindows = "limited:windows"
    /// Older than the retention period when its turn came.
    case expired
    /// Its session had been erased, deleted or purged.
    case erased
    /// In the dead stream now.
    case dead
    /// Was in the dead stream; an operator or retention dropped it.
    case dropped
}
