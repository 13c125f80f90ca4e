/// A case-insensitive substring test, by bytes: thousands of rows are tried per search.
struct TextSearch: Sendable {
    private let needle: [UInt8]

    init(_ text: String) { needle = Array(text.lowercased().utf8) }

    func matches(_ row: SessionRow) -> Bool { row.searchable.contains(where: matches) }

    func matches(_ text: String) -> Bool {
        guard !needle.isEmpty else { return true }
        // `lowercased` knows Unicode; most values are ASCII, where it is the same and quick.
        let haystack = Array(text.lowercased().utf8)
        guard haystack.count >= needle.count else { return false }
        let first = needle[0]
        for start in 0...(haystack.count - needle.count) where haystack[start] == first {
            if haystack[start..<start + needle.count].elementsEqual(needle) { return true }
        }
        return false
    }
}
