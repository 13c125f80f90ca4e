import ArgumentParser
import Foundation
import Ingest
import RedisStore

/// `sentiero sourcemaps upload`: every `*.map` below a folder.
struct SourceMapsUpload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Store every *.map below a folder.",
        discussion: "A map is stored for the script beside it: DIR/js/app.js.map with the prefix https://shop.example/assets belongs to "
            + "https://shop.example/assets/js/app.js. Maps that are broken are named and left out; the exit status is 1 then.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var target: SourceMapTarget

    @ArgumentParser.Option(help: "The release, as app_version has it; at most 64 characters.")
    var release: String

    @ArgumentParser.Option(help: "URL or path of the folder as browsers see it. Without it scripts are found by the end of their path.")
    var urlPrefix: String?

    @Flag(help: "Only check the maps and say what would be stored.")
    var dryRun = false

    @Argument(help: "The folder.")
    var folder: String

    private struct Stored: Encodable {
        let path: String
        let file: String
        let bytes: Int
        let expires_at: String?
    }

    private struct Failed: Encodable {
        let path: String
        let error: String
    }

    private struct Outcome: Encodable {
        let project: String
        let release: String
        let dry_run: Bool
        var stored: [Stored] = []
        var failed: [Failed] = []
    }

    func validate() throws { try SourceMapTarget.check(release: release) }

    func run() async throws {
        let paths = try mapFiles()
        try await target.run { connection, store, project in
            if !dryRun { try await connection.check() }
            var outcome = Outcome(project: project, release: release, dry_run: dryRun)
            for path in paths {
                do throws(SourceMapStoreError) {
                    let stored = try await upload(path, to: store, project)
                    outcome.stored.append(stored)
                    if !common.quiet { Console.complain("\(path): \(stored.file)") }
                } catch {
                    if case .redis(let cause) = error { throw cause }
                    outcome.failed.append(Failed(path: path, error: error.description))
                    Console.complain("\(path): \(error.description)")
                }
            }
            if common.json {
                try Console.json(outcome)
            } else {
                Console.result("\(outcome.stored.count) source maps \(dryRun ? "would be stored" : "stored") for release \(release).")
            }
            guard outcome.failed.isEmpty else { throw CommandFailure(.failed, "\(outcome.failed.count) source maps were not stored.") }
        }
    }

    /// Paths from the folder on, sorted.
    private func mapFiles() throws -> [String] {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure(.wrongUse, "\(folder) is not a folder.")
        }
        let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.filter { $0.hasSuffix(".map") } ?? []
        guard !found.isEmpty else { throw CommandFailure(.failed, "There is no *.map below \(folder).") }
        return found.sorted()
    }

    private func upload(_ path: String, to store: SourceMapStore, _ project: String) async throws(SourceMapStoreError) -> Stored {
        let name = try SourceMapName(release: release, file: address(of: path))
        guard let data = FileManager.default.contents(atPath: (folder as NSString).appendingPathComponent(path)) else { throw .unreadable }
        let json = Array(data)
        if dryRun {
            do throws(SourceMapError) { _ = try SourceMap(json) } catch { throw .invalidMap(error) }
            return Stored(path: path, file: name.file, bytes: json.count, expires_at: nil)
        }
        let stored = try await store.put(json, name: name, project: project)
        return Stored(path: path, file: stored.file, bytes: stored.bytes, expires_at: stored.expiresAtMs.map(Moment.text))
    }

    /// As a browser names it.
    private func address(of path: String) -> String {
        let encoded = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        guard let urlPrefix, !urlPrefix.isEmpty else { return encoded }
        return urlPrefix.hasSuffix("/") ? urlPrefix + encoded : "\(urlPrefix)/\(encoded)"
    }
}
