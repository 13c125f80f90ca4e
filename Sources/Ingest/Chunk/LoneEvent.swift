/// One event that comes as a text of its own.
public enum LoneEvent {
    private static let head = Array(#"{"sessionId":"s","windowId":"w","events":["#.utf8)
    private static let tail = Array("]}".utf8)

    /// What the scanner makes of it; nil unless the text is exactly one event that a batch may hold (an object whose timestamp, when
    /// there is one, is valid).
    public static func span(of text: some Collection<UInt8>) -> EventSpan? {
        var body = head
        body.reserveCapacity(head.count + text.count + tail.count)
        body += text
        body += tail
        let limits = EnvelopeLimits(maxBodyBytes: body.count, maxInflatedBytes: body.count)
        guard let batch = try? body.withUnsafeBytes({ try BatchScanner.scan($0, limits: limits) }), batch.events.count == 1,
            let span = batch.events.first
        else { return nil }
        // Nothing before or after it: the text could have ended the list and begun another.
        let around = [body[head.count..<max(head.count, span.range.lowerBound)], body[span.range.upperBound..<(body.count - tail.count)]]
        return around.joined().allSatisfy { $0 <= Bytes.space } ? span : nil
    }
}
