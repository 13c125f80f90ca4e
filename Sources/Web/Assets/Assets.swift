import Crypto
import Foundation
import Hummingbird

/// The scripts and styles built from `frontend/`, compiled into the binary.
public struct Assets: Sendable {
    struct File: Sendable {
        let bytes: ByteBuffer
        /// Present when it saves something.
        let compressed: ByteBuffer?
        let type: String
        /// Without quotes.
        let tag: String

        /// For `integrity` attributes (Subresource Integrity): `sha384-` and base64.
        var integrity: String { "sha384-" + Data(SHA384.hash(data: Data(bytes.readableBytesView))).base64EncodedString() }
    }

    private static let folder = "frontend/dist/"

    private(set) var files: [String: File] = [:]
    /// Logical name to file name, from `manifest.json`.
    private var manifest: [String: String] = [:]
    /// Facts about the build, from `versions.json`.
    private var versions: [String: String] = [:]

    /// - Parameters:
    ///   - embedded: paths from the repository's root, base64.
    ///   - overrides: files of the operator's own (spec 05 section 1).
    /// - Throws: `AssetError` when an override cannot be read or used.
    public init(overrides: AssetOverrides = AssetOverrides()) throws(AssetError) {
        try self.init(embedded: EmbeddedFiles.base64, overrides: overrides)
    }

    init(embedded: [String: String], overrides: AssetOverrides) throws(AssetError) {
        for (path, base64) in embedded where path.hasPrefix(Self.folder) {
            guard let data = Data(base64Encoded: base64) else { continue }
            let name = String(path.dropFirst(Self.folder.count))
            if name == "manifest.json" { manifest = (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:] }
            if name == "versions.json" { versions = (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:] }
            files[name] = File(name: name, data: data)
        }
        for (option, logical, path) in [
            ("rrweb_player", "player", overrides.player), ("rrweb_style", "player-style", overrides.style),
            ("rrweb_record", "recorder", overrides.record),
        ] {
            guard let path else { continue }
            guard var data = FileManager.default.contents(atPath: path) else {
                throw AssetError(option: option, path: path, problem: "cannot be read")
            }
            if logical == "recorder" {
                // Our part of the recorder follows the operator's rrweb in one file, as in the built one.
                guard let core = manifest["recorder-core"].flatMap({ files[$0] }) else {
                    throw AssetError(option: option, path: path, problem: "cannot be used: the recorder was not built")
                }
                data.append(contentsOf: Data("\n;\n".utf8))
                data.append(contentsOf: core.bytes.readableBytesView)
            }
            let kind = logical == "player-style" ? "css" : "js"
            let name = "\(logical)-\(Self.tag(of: data).prefix(12)).\(kind)"
            files[name] = File(name: name, data: data)
            manifest[logical] = name
            // What is served now is the operator's own; what it is nobody told.
            let theirs = URL(fileURLWithPath: path).lastPathComponent
            versions[logical] = logical == "recorder" ? (versions[logical]?.prefix { $0 != "/" } ?? "") + "/" + theirs : theirs
            versions["\(logical)_brotli"] = nil
            if logical == "player" { manifest["rrweb-player"] = name }
        }
    }

    /// False when `bin/setup` did not build the front end before the server was compiled.
    public var isBuilt: Bool { file(named: "recorder") != nil }

    /// Path below the mount of the current file of a logical name, such as `recorder`, `dashboard` or `player`.
    public func path(_ logical: String) -> String? { manifest[logical].map { "/assets/" + $0 } }

    /// First hex digits of the SHA-256 of a logical name's file: shown beside the recorder's version.
    public func hash(_ logical: String) -> String? { file(named: logical)?.tag }

    /// What a logical name's file was built from, such as `0.1.0-868d485c/rrweb-1.1.3-0dcba70e`.
    public func version(_ logical: String) -> String? { versions[logical] }

    /// Bytes of a logical name's file: as built, with gzip as served, and with brotli, as proxies can serve it, when the build measured it.
    func sizes(_ logical: String) -> (plain: Int, gzip: Int?, brotli: Int?)? {
        file(named: logical).map { ($0.bytes.readableBytes, $0.compressed?.readableBytes, versions["\(logical)_brotli"].flatMap { Int($0) }) }
    }

    func file(named logical: String) -> File? { manifest[logical].flatMap { files[$0] } }

    static func tag(of data: Data) -> String {
        SHA256.hash(data: data).prefix(12).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// An override file that cannot be served.
public struct AssetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The option that names the file.
    public let option: String
    public let path: String
    public let problem: String

    public var description: String { "\(option): \(path) \(problem)" }
}
