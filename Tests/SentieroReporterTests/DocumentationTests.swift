import Foundation
import Testing

/// `docs/reporter-swift.md` compiles as it stands: each of its snippets is a file of `Documentation/`, imports and all.
@Suite struct DocumentationTests {
    @Test("Every snippet of the page is a whole file of this target, and every file is on the page")
    func snippets() throws {
        let page = try String(contentsOf: TestFiles.root.appendingPathComponent("docs/reporter-swift.md"), encoding: .utf8)
        let snippets = page.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        let folder = TestFiles.folder.appendingPathComponent("Documentation")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count == 6)
        let sources = try files.map { try String(contentsOf: $0, encoding: .utf8) }
        for snippet in snippets { #expect(sources.contains(snippet), "\(snippet)") }
        for source in sources { #expect(snippets.contains(source), "\(source)") }
    }
}
