/// Puts included files in place of `--- @include "path"` lines, each file once per script. Paths start at `lua/`.
struct ScriptIncludes {
    static let maxDepth = 8
    private static let marker = "--- @include"

    /// Text by path below `lua/`.
    let files: [String: String]

    func expand(_ path: String) throws(ScriptError) -> String {
        var included: Set<String> = []
        return try expand(path, stack: [path], included: &included)
    }

    private func expand(_ path: String, stack: [String], included: inout Set<String>) throws(ScriptError) -> String {
        var lines: [Substring] = []
        for line in (files[path] ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix(Self.marker) else {
                lines.append(line)
                continue
            }
            let target = try target(of: line, in: path)
            guard files[target] != nil else { throw .missingInclude(target, in: path) }
            let stack = stack + [target]
            guard !stack.dropLast().contains(target) else { throw .includeCycle(stack) }
            guard stack.count <= Self.maxDepth else { throw .includesTooDeep(stack) }
            guard included.insert(target).inserted else { continue }
            lines.append(Substring(try expand(target, stack: stack, included: &included)))
        }
        return lines.joined(separator: "\n")
    }

    private func target(of line: Substring, in file: String) throws(ScriptError) -> String {
        let rest = line.dropFirst(Self.marker.count).drop { $0 == " " }.reversed().drop { $0.isWhitespace }.reversed()
        let text = String(rest)
        guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") else { throw .malformedInclude(line: String(line), file: file) }
        return String(text.dropFirst().dropLast())
    }
}
