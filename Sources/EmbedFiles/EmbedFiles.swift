import Foundation

/// Writes one Swift file holding the files of some folders, for `EmbedFilesPlugin`.
///
/// Usage: `EmbedFiles OUTPUT ROOT FOLDER…`. Every file below ROOT/FOLDER becomes an entry of `EmbeddedFiles.base64`,
/// keyed by its path from ROOT. A string literal costs the compiler one token; an array literal of bytes costs minutes.
@main
struct EmbedFiles {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 3 else {
            FileHandle.standardError.write(Data("usage: EmbedFiles OUTPUT ROOT FOLDER…\n".utf8))
            exit(2)
        }
        let root = URL(fileURLWithPath: arguments[2], isDirectory: true)
        var source = """
            /// Files of the repository compiled into this module, by path; values are base64.
            enum EmbeddedFiles {
                static let base64: [String: String] = [

            """
        var isEmpty = true
        for folder in arguments[3...] {
            // Resolved, for the walk does not enter a folder that is a link.
            let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
            for path in try files(below: base).sorted() {
                let name = folder + path.dropFirst(base.path.count)
                let data = try Data(contentsOf: URL(fileURLWithPath: path))
                source += "        \"\(name)\": \"\(data.base64EncodedString())\",\n"
                isEmpty = false
            }
        }
        source += isEmpty ? "        :\n    ]\n}\n" : "    ]\n}\n"
        try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
    }

    private static func files(below folder: URL) throws -> [String] {
        guard let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]) else { return [] }
        return try walk.compactMap { entry in
            guard let url = entry as? URL, try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return nil }
            return url.resolvingSymlinksInPath().path
        }
    }
}
