/// The scripts made from a set of files: `verbNoun-N.lua` at the top, includes in folders below.
struct ScriptLibrary: Sendable {
    let scripts: [String: Script]

    /// - Parameter files: text by path below `lua/`.
    init(files: [String: String]) throws(ScriptError) {
        let includes = ScriptIncludes(files: files)
        var scripts: [String: Script] = [:]
        for path in files.keys.sorted() where !path.contains("/") && path.hasSuffix(".lua") {
            let (name, keyCount) = try Self.parse(path)
            guard scripts[name] == nil else { throw .duplicateName(name) }
            let source = try includes.expand(path)
            guard source.hasPrefix("#!lua") else { throw .missingHeader(file: path) }
            scripts[name] = Script(name: name, keyCount: keyCount, source: source)
        }
        self.scripts = scripts
    }

    /// `commit-12.lua` is ("commit", 12), `sweep-*.lua` is ("sweep", nil).
    private static func parse(_ path: String) throws(ScriptError) -> (name: String, keyCount: Int?) {
        let parts = path.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, first.isLowercase,
            parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { throw .badFileName(path) }
        if parts[1] == "*" { return (String(parts[0]), nil) }
        guard let count = Int(parts[1]), count >= 0, String(count) == parts[1] else { throw .badFileName(path) }
        return (String(parts[0]), count)
    }
}
