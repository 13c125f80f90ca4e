import Foundation
import Testing

/// The working copy these tests look at.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: CustomTestStringConvertible, Sendable {
        /// From the root, such as `Sources/Web/WebServer.swift`.
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var testDescription: String { path }
        /// `Web` for `Sources/Web/…`.
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    }

    /// Files below a folder whose names end so, sorted by path.
    static func files(in folder: String, endingWith suffix: String) throws -> [File] {
        let start = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
        return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted().map { name in
            File(path: "\(folder)/\(name)", text: try String(contentsOf: start.appendingPathComponent(name), encoding: .utf8))
        }
    }

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) }
}
