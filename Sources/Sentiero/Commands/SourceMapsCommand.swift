import ArgumentParser
import Ingest
import RedisStore
import Web

/// `sentiero sourcemaps`: what turns positions of built scripts into those of their sources (spec 06 section 6).
struct SourceMapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sourcemaps",
        abstract: "Store, list and remove the source maps of a release. They go straight into Redis.",
        subcommands: [SourceMapsUpload.self, SourceMapsList.self, SourceMapsDelete.self]
    )
}

/// Whose maps are meant, and the way to them.
struct SourceMapTarget: ParsableArguments {
    @ArgumentParser.Option(help: "The project; needed when several are configured.")
    var project: String?

    /// - Parameter body: works with the store; its errors of Redis and of uploads become sentences.
    func run<Value>(_ body: (StoreConnection, SourceMapStore, String) async throws -> Value) async throws -> Value {
        let settings = try Settings()
        let project = try settings.oneProject(project)
        let connection = try StoreConnection(settings: settings, name: "sentiero-sourcemaps")
        defer { connection.client.shutdown() }
        return try await connection.perform {
            let store = try SourceMapStore(
                redis: connection.client, keys: connection.keys, retentionSeconds: settings.sourceMapRetention, maxBytes: settings.maxSourceMapBytes)
            return try await body(connection, store, project)
        }
    }

    static func check(release: String) throws {
        do throws(SourceMapStoreError) { try SourceMapName.check(release: release) } catch {
            throw ValidationError("\(release) is not a release: \(error.description).")
        }
    }
}

extension Settings {
    /// s; 0: for ever.
    var sourceMapRetention: Int { integer("retention_source_maps") ?? 7_776_000 }
    var maxSourceMapBytes: Int { integer("max_source_map_bytes") ?? 536_870_912 }
}

struct SourceMapsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the maps of a release, or the releases that have any, the most recently used first.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var target: SourceMapTarget

    @ArgumentParser.Option(help: "The release; without it the releases are listed.")
    var release: String?

    private struct ShownRelease: Encodable {
        let release: String
        let stored_bytes: Int
        let used_at: String
        let expires_at: String?
    }

    func validate() throws {
        if let release { try SourceMapTarget.check(release: release) }
    }

    func run() async throws {
        try await target.run { _, store, project in
            if let release {
                let maps = try await store.list(release: release, project: project).map(ShownMap.init)
                if common.json { return try Console.json(maps) }
                if maps.isEmpty { Console.complain("Release \(release) has no source maps in \(project).") }
                for map in maps { Console.result("\(map.file)  \(map.bytes) bytes  expires \(map.expires_at ?? "never")") }
            } else {
                let releases = try await store.releases(project: project).map {
                    ShownRelease(
                        release: $0.release, stored_bytes: $0.storedBytes, used_at: Moment.text($0.usedAtMs),
                        expires_at: $0.expiresAtMs.map(Moment.text)
                    )
                }
                if common.json { return try Console.json(releases) }
                if releases.isEmpty { Console.complain("There are no source maps in \(project).") }
                for release in releases {
                    Console.result("\(release.release)  \(release.stored_bytes) bytes stored  expires \(release.expires_at ?? "never")")
                }
            }
        }
    }
}

/// A stored map, for machines.
struct ShownMap: Encodable {
    let file: String
    let bytes: Int
    let uploaded_at: String
    let expires_at: String?

    init(_ map: StoredSourceMap) {
        file = map.file
        bytes = map.bytes
        uploaded_at = Moment.text(map.uploadedAtMs)
        expires_at = map.expiresAtMs.map(Moment.text)
    }
}

struct SourceMapsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove the maps of a release, or one of them.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var destructive: DestructiveOptions
    @OptionGroup var target: SourceMapTarget

    @ArgumentParser.Option(help: "The release.")
    var release: String

    @ArgumentParser.Option(help: "Only this file, as listed.")
    var file: String?

    func validate() throws {
        try SourceMapTarget.check(release: release)
        if let file, (try? SourceMapName(release: release, file: file)) == nil { throw ValidationError("\(file) is not the name of a file.") }
    }

    func run() async throws {
        try await target.run { _, store, project in
            // As it was stored: without `.map` and query.
            let file = file.flatMap { try? SourceMapName(release: release, file: $0).file }
            let count = try await store.list(release: release, project: project).count { file == nil || $0.file == file }
            if destructive.dryRun { return try show(count, "would be deleted") }
            if count > 0 { try destructive.confirm("\(count) source maps of release \(release) in \(project) will be deleted.") }
            try show(count == 0 ? 0 : try await store.delete(release: release, file: file, project: project), "deleted")
        }
    }

    private func show(_ count: Int, _ what: String) throws {
        if common.json { return try Console.json(SourceMapsDeletion(deleted: count, dry_run: destructive.dryRun)) }
        Console.result("\(count) source maps \(what).")
    }
}

private struct SourceMapsDeletion: Encodable {
    let deleted: Int
    let dry_run: Bool
}
