/// Finds the map of a script among the names maps were uploaded under.
struct ScriptMatch {
    /// What redaction leaves of a part of an address; it stands for any characters then.
    private static let marker = "[redacted]"

    let names: [String]

    /// In this order: the same URL; the same path; a glob, the longest first; a path that the script's ends with, the longest first. A script whose address was
    /// redacted in part has the map of the only name it could be.
    func name(of file: String) -> String? {
        let url = String(SourceMapName.withoutQuery(file))
        guard !url.isEmpty, url.utf8.count <= 4_096 else { return nil }
        let path = Self.path(url)
        if names.contains(url) { return url }
        if let same = names.first(where: { Self.path($0) == path && ($0.hasPrefix("/") || url == path) }) { return same }
        if let glob = longest(where: { $0.contains("*") && Self.matches($0, $0.hasPrefix("/") ? path : url) }) { return glob }
        if let end = longest(where: { !$0.contains("://") && !$0.contains("*") && path.hasSuffix($0.hasPrefix("/") ? $0 : "/\($0)") }) { return end }
        guard url.contains(Self.marker) else { return nil }
        let (urls, paths) = (url.replacing(Self.marker, with: "*"), path.replacing(Self.marker, with: "*"))
        let possible = names.filter { Self.matches($0.hasPrefix("/") ? paths : urls, $0) }
        return possible.count == 1 ? possible[0] : nil
    }

    private func longest(where condition: (String) -> Bool) -> String? {
        names.filter(condition).max { ($0.utf8.count, $1) < ($1.utf8.count, $0) }
    }

    /// What follows scheme and host; all of what has none.
    private static func path(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        return url[scheme.upperBound...].firstIndex(of: "/").map { String(url[$0...]) } ?? "/"
    }

    /// `*` stands for any characters, as in the recorder's globs.
    static func matches(_ glob: String, _ text: String) -> Bool {
        let (glob, text) = (Array(glob.utf8), Array(text.utf8))
        let star = UInt8(ascii: "*")
        var (place, position) = (0, 0)
        // Where to go on when what follows the last star does not fit here.
        var again: (place: Int, position: Int)?
        while position < text.count {
            if place < glob.count, glob[place] == star {
                place += 1
                again = (place, position)
            } else if place < glob.count, glob[place] == text[position] {
                place += 1
                position += 1
            } else if let last = again {
                again = (last.place, last.position + 1)
                (place, position) = (last.place, last.position + 1)
            } else {
                return false
            }
        }
        return glob[place...].allSatisfy { $0 == star }
    }
}
