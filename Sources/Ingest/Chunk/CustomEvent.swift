/// An rrweb custom event (type 5) whose data is an object (spec 02 section 2.15).
public struct CustomEvent: Sendable, Equatable {
    /// Empty when there is none.
    public let tag: String
    /// The JSON text of the payload, when that is an object.
    public let payload: [UInt8]?

    /// - Parameter event: as stored.
    /// - Returns: nil for any other event.
    public init?(_ event: UnsafeRawBufferPointer) {
        var cursor = JSONCursor(event)
        var isCustom = false
        var data: Range<Int>?
        do throws(JSONFault) {
            try cursor.object { (cursor, key) throws(JSONFault) in
                let isType = try cursor.isNamed(key, "type")
                let isData = try cursor.isNamed(key, "data")
                let value = try cursor.skipValue()
                if isType { isCustom = cursor.slice(value).elementsEqual("5".utf8) }
                if isData { data = value }
            }
            guard isCustom, let data, event[data.lowerBound] == Bytes.openBrace else { return nil }
            var inner = JSONCursor(UnsafeRawBufferPointer(rebasing: event[data]))
            var tag = ""
            var payload: [UInt8]?
            try inner.object { (cursor, key) throws(JSONFault) in
                let isTag = try cursor.isNamed(key, "tag")
                let isPayload = try cursor.isNamed(key, "payload")
                if isTag, try cursor.next() == Bytes.quote {
                    tag = String(decoding: try cursor.text(of: try cursor.string()), as: UTF8.self)
                    return
                }
                let value = cursor.slice(try cursor.skipValue())
                if isPayload { payload = value.first == Bytes.openBrace ? Array(value) : nil }
            }
            (self.tag, self.payload) = (tag, payload)
        } catch {
            return nil
        }
    }
}
