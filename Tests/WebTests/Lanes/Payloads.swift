import Ingest

/// Bodies of spec 01 section 8.
enum Payloads {
    static let valid = #"{"sessionId":"sess-1","windowId":"win-1","events":[{"type":3,"timestamp":1000}]}"#

    static func with(session: String = #""sess-1""#, window: String = #""win-1""#, events: String = #"[{"type":3,"timestamp":1000}]"#) -> String {
        #"{"sessionId":\#(session),"windowId":\#(window),"events":\#(events)}"#
    }

    static func gzip(_ text: String) -> [UInt8] {
        Array(text.utf8).withUnsafeBytes { Gzip.deflate($0) }
    }

    /// A valid body of exactly so many bytes: spaces are allowed at its end.
    static func padded(to length: Int) -> [UInt8] {
        Array(valid.utf8) + [UInt8](repeating: 0x20, count: length - valid.utf8.count)
    }
}
