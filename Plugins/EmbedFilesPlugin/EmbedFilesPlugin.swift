import Foundation
import PackagePlugin

/// Embeds the folders a target needs at run time, so that one binary is all there is to install.
@main
struct EmbedFilesPlugin: BuildToolPlugin {
    private static let folders = [
        "RedisStore": ["lua"],
        "Web": ["frontend/dashboard/templates", "frontend/dist"],
        "Sentiero": ["frontend/demo"],
    ]

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let folders = Self.folders[target.name] else { return [] }
        let root = context.package.directoryURL
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(folders.joined(separator: ", ")) in \(target.name)",
                executable: try context.tool(named: "EmbedFiles").url,
                arguments: [output.path(), root.path()] + folders,
                inputFiles: folders.flatMap { files(below: root.appending(path: $0)) },
                outputFiles: [output]
            )
        ]
    }

    private func files(below folder: URL) -> [URL] {
        let walk = FileManager.default.enumerator(at: folder.resolvingSymlinksInPath(), includingPropertiesForKeys: nil)
        return walk?.compactMap { $0 as? URL }.filter { !$0.hasDirectoryPath } ?? []
    }
}
