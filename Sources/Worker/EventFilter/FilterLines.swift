import Ingest

/// What a filter answered to one event.
enum FilterAnswer: Sendable, Equatable {
    case event([UInt8])
    /// `null` or `false`.
    case dropped
    /// Anything else. The event is dropped: what was not understood is not stored.
    case invalid
}

/// The protocol of a filter: one JSON line per event, one answer line each, in order.
enum FilterLines {
    static let newline = UInt8(ascii: "\n")

    /// Sent after every start, so that a filter that does not follow the protocol is found before it is given anything.
    static let trial =
        Array(
            #"{"project":"default","session":"trial","window":"trial","event":{"type":5,"data":{"tag":"__event_filter_trial","payload":{}},"timestamp":0}}"#
                .utf8) + [newline]

    /// Appends the line of one event. The identifiers are as ingest accepts them: nothing in them needs escaping.
    static func append(_ event: UnsafeRawBufferPointer, project: String, session: String, window: String, to lines: inout [UInt8]) {
        lines += Array(#"{"project":"\#(project)","session":"\#(session)","window":"\#(window)","event":"#.utf8)
        let start = lines.count
        lines.append(contentsOf: event)
        // Between tokens JSON may hold line ends, inside strings it cannot.
        for index in start..<lines.count where lines[index] == newline || lines[index] == UInt8(ascii: "\r") {
            lines[index] = UInt8(ascii: " ")
        }
        lines.append(UInt8(ascii: "}"))
        lines.append(newline)
    }

    /// - Parameters:
    ///   - line: without its end.
    ///   - hasType: the event had a numeric `type`; an answer without one is no event, most likely the line as it was given.
    static func answer(_ line: some BidirectionalCollection<UInt8>, hasType: Bool) -> FilterAnswer {
        var text = line[...]
        while let byte = text.first, byte <= 0x20 { text.removeFirst() }
        while let byte = text.last, byte <= 0x20 { text.removeLast() }
        if text.elementsEqual("null".utf8) || text.elementsEqual("false".utf8) { return .dropped }
        guard text.first == UInt8(ascii: "{"), let span = LoneEvent.span(of: text), span.type != nil || !hasType else { return .invalid }
        return .event(Array(text))
    }

    /// Splits what a filter has written; nil unless it is exactly `count` whole lines.
    static func split(_ output: [UInt8], count: Int) -> [ArraySlice<UInt8>]? {
        guard output.last == newline else { return nil }
        let lines = output.dropLast().split(separator: newline, omittingEmptySubsequences: false)
        return lines.count == count ? lines : nil
    }
}
