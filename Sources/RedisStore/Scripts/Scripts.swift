import Foundation

/// The scripts in `lua/`, embedded in this binary. A script is found by its file name; there is no second list.
public enum Scripts {
    private static let library: Result<ScriptLibrary, ScriptError> = load()

    /// All scripts, by name; none when the files cannot be assembled (`check` says why).
    public static var all: [Script] {
        guard case .success(let library) = library else { return [] }
        return library.scripts.values.sorted { $0.name < $1.name }
    }

    /// - Throws: why the embedded files are not a set of scripts.
    public static func check() throws(ScriptError) { _ = try library.get() }

    /// The script of `lua/<name>-N.lua`. Look it up when a store is made, so that a missing one stops the start.
    /// - Throws: `scriptUnavailable`, naming the file or what is wrong with it.
    public static func named(_ name: String) throws(RedisError) -> Script {
        switch library {
        case .failure(let error): throw RedisError(.scriptUnavailable, error.description)
        case .success(let library):
            guard let script = library.scripts[name] else {
                throw RedisError(.scriptUnavailable, "lua/\(name)-N.lua is not part of this binary")
            }
            return script
        }
    }

    private static func load() -> Result<ScriptLibrary, ScriptError> {
        do throws(ScriptError) {
            var files: [String: String] = [:]
            for (path, base64) in EmbeddedFiles.base64 where path.hasPrefix("lua/") && path.hasSuffix(".lua") {
                guard let data = Data(base64Encoded: base64), let text = String(data: data, encoding: .utf8) else { throw .notText(path) }
                files[String(path.dropFirst(4))] = text
            }
            return .success(try ScriptLibrary(files: files))
        } catch { return .failure(error) }
    }
}
