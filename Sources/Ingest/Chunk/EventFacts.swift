/// What the events of a batch add up to, gathered in their order.
struct EventFacts {
    private(set) var count = 0
    private(set) var firstMs: Int64 = .max
    private(set) var lastMs: Int64 = .min
    private(set) var hasFullSnapshot = false
    private(set) var hasError = false
    private(set) var page = PageFacts()
    /// nil: errors become no problems.
    private(set) var errors: BrowserErrors?
    /// The effective timestamp of an event without one.
    private var previousMs: Int64

    init(receivedMs: Int64, origin: ChunkOrigin? = nil) {
        previousMs = receivedMs
        errors = origin.map { BrowserErrors(origin: $0, receivedMs: receivedMs) }
    }

    /// - Parameters:
    ///   - event: the bytes that are stored.
    ///   - tag: the token of `data.tag`.
    mutating func add(_ span: EventSpan, _ event: UnsafeRawBufferPointer, tag: UnsafeRawBufferPointer?) {
        count += 1
        if let timestamp = span.timestamp { previousMs = Self.milliseconds(timestamp) }
        firstMs = min(firstMs, previousMs)
        lastMs = max(lastMs, previousMs)
        switch span.type {
        case 2: hasFullSnapshot = true
        case 4: readPage(event)
        case 5 where ChunkMaker.isError(tag):
            hasError = true
            errors?.add(event, atMs: previousMs, page: page.lastURL)
        default: break
        }
    }

    /// Kept within the integers a script can hold exactly.
    static func milliseconds(_ timestamp: Double) -> Int64 {
        Int64(max(-9_007_199_254_740_991, min(9_007_199_254_740_991, timestamp.rounded(.down))))
    }

    private mutating func readPage(_ event: UnsafeRawBufferPointer) {
        var cursor = JSONCursor(event)
        var url: String?
        var width: Int?
        var height: Int?
        do throws(JSONFault) {
            try cursor.object { (cursor, key) throws(JSONFault) in
                guard try cursor.isNamed(key, "data"), try cursor.next() == Bytes.openBrace else {
                    _ = try cursor.skipValue()
                    return
                }
                try cursor.object { (cursor, key) throws(JSONFault) in
                    let isURL = try cursor.isNamed(key, "href")
                    let isWidth = try cursor.isNamed(key, "width")
                    let isHeight = try cursor.isNamed(key, "height")
                    if isURL, try cursor.next() == Bytes.quote {
                        url = String(decoding: try cursor.text(of: try cursor.string()), as: UTF8.self)
                        return
                    }
                    let text = String(decoding: cursor.slice(try cursor.skipValue()), as: UTF8.self)
                    if isWidth { width = Int(text) }
                    if isHeight { height = Int(text) }
                }
            }
        } catch {
            // A page that cannot be read tells nothing; its event was judged by redaction.
            return
        }
        if let url, !url.isEmpty {
            page.firstURL = page.firstURL ?? url
            page.lastURL = url
        }
        if let width, let height { page.viewport = "\(width)x\(height)" }
    }
}
