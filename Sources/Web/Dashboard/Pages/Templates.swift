import Foundation
import Mustache

/// The page templates of `frontend/dashboard/templates`, compiled into the binary.
struct Templates: Sendable {
    private let library: MustacheLibrary

    /// A template that is missing or cannot be parsed: a fault of the build.
    struct Broken: Error { let name: String }

    /// - Throws: `Broken`, or the parser's error.
    init() throws {
        let folder = "frontend/dashboard/templates/"
        var library = MustacheLibrary()
        for (path, base64) in EmbeddedFiles.base64 where path.hasPrefix(folder) && path.hasSuffix(".mustache") {
            let name = String(path.dropFirst(folder.count).dropLast(".mustache".count))
            guard let data = Data(base64Encoded: base64), let text = String(data: data, encoding: .utf8) else { throw Broken(name: name) }
            try library.register(text, named: name)
        }
        self.library = library
    }

    /// - Throws: `Broken` when there is no such template.
    func render(_ name: String, _ view: some Sendable) throws(Broken) -> String {
        guard let html = library.render(view, withTemplate: name) else { throw Broken(name: name) }
        return html
    }
}
