public import Ingest

/// Which script a map belongs to: what the uploader says, checked.
public struct SourceMapName: Sendable, Hashable {
    public static let maxReleaseCharacters = 64
    public static let maxFileCharacters = 1_024
    /// Of a name with `*`.
    public static let maxGlobCharacters = 200
    public static let maxStars = 4

    public let release: String
    /// A URL, a path, or the end of one; `*` stands for any characters. Never with `.map` at its end, a query or a fragment.
    public let file: String

    /// - Parameter file: of the script or of its map: `app.js.map` is `app.js`.
    /// - Throws: `invalidRelease` or `invalidFile`.
    public init(release: String, file: String) throws(SourceMapStoreError) {
        try Self.check(release: release)
        var name = Self.withoutQuery(file)
        if name.hasSuffix(".map") { name = name.dropLast(4) }
        guard (1...Self.maxFileCharacters).contains(name.count), !Self.hasControl(name) else { throw .invalidFile }
        // Each is tried against every script of a page.
        guard name.count(where: { $0 == "*" }) <= Self.maxStars, !name.contains("*") || name.count <= Self.maxGlobCharacters else {
            throw .invalidFile
        }
        self.release = release
        self.file = String(name)
    }

    /// - Throws: `invalidRelease`.
    public static func check(release: String) throws(SourceMapStoreError) {
        guard (1...maxReleaseCharacters).contains(release.count), !hasControl(release), release.contains(where: { !$0.isWhitespace }) else {
            throw .invalidRelease
        }
    }

    static func withoutQuery(_ file: String) -> Substring { file.prefix { $0 != "?" && $0 != "#" } }

    private static func hasControl(_ text: some StringProtocol) -> Bool { text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }
}

/// Why a map was not stored.
public enum SourceMapStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidRelease
    case invalidFile
    case invalidMap(SourceMapError)
    /// The file with the map cannot be read.
    case unreadable
    /// More than a project, or one release, may hold; a sentence.
    case noRoom(String)
    case redis(RedisError)

    public var description: String {
        switch self {
        case .invalidRelease:
            "a release has 1 to \(SourceMapName.maxReleaseCharacters) characters, none of them a control character and not all of them white space"
        case .invalidFile:
            "file must be the URL, path or glob of the script: 1 to \(SourceMapName.maxFileCharacters) characters, of a glob \(SourceMapName.maxGlobCharacters) with at most \(SourceMapName.maxStars) stars"
        case .invalidMap(let error): "not a usable source map: \(error.message)"
        case .unreadable: "the file cannot be read"
        case .noRoom(let sentence): sentence
        case .redis(let error): error.description
        }
    }
}
