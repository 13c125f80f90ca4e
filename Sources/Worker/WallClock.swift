import Foundation

/// The time of day, so that tests can set it.
public struct WallClock: Sendable {
    /// Milliseconds since 1970.
    let nowMs: @Sendable () -> Int64

    public init(nowMs: @escaping @Sendable () -> Int64) { self.nowMs = nowMs }

    public static let system = WallClock { Int64(Date().timeIntervalSince1970 * 1000) }
}
