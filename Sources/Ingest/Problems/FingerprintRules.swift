import Crypto

/// Which errors are one problem (spec 01 section 4.1).
///
/// A fingerprint is made of project, class and the first frames, each normalised for the platform that wrote it, so that another line
/// of the same function is no other problem. The message is no part of it.
public struct FingerprintRules: Sendable {
    /// Takes out of a frame what changes from build to build. What it throws, or returns beyond 1,000 characters, does no harm.
    public typealias Normalizer = @Sendable (String) throws -> String

    static let frames = 5
    static let characters = 1000

    private let defaultPlatform: String
    private let normalizers: [String: Normalizer]

    /// - Parameters:
    ///   - defaultPlatform: of reports that name none; an unknown one is `ruby`.
    ///   - normalizers: by platform (lower case), beside or in place of those that are built in.
    public init(defaultPlatform: String = "ruby", normalizers: [String: Normalizer] = [:]) {
        self.defaultPlatform = defaultPlatform
        self.normalizers = normalizers
    }

    /// 40 lower-case hexadecimal digits.
    ///
    /// - Parameter backtrace: redacted, the innermost frame first.
    public func fingerprint(project: String, exceptionClass: String, backtrace: [String], platform: String?) -> String {
        let (name, normalize) = normalizer(platform)
        let frames = FrameLines.frames(backtrace, platform: name).prefix(Self.frames).map { Self.frame($0, normalize) }
        return Self.digest("\(project)\n\(exceptionClass)\n\(frames.joined(separator: "\n"))")
    }

    /// The first 40 digits of SHA-256.
    static func digest(_ text: String) -> String {
        String(Hexadecimal.text(SHA256.hash(data: Array(text.utf8))).prefix(40))
    }

    private static func frame(_ raw: String, _ normalize: Normalizer) -> String {
        let capped = MetadataLimits.clamp(raw, to: characters)
        let trimmed = FrameText.trimmed(capped)
        guard let normalized = try? normalize(trimmed) else { return capped }
        return MetadataLimits.clamp(normalized, to: characters)
    }

    private func normalizer(_ platform: String?) -> (platform: String, normalize: Normalizer) {
        guard let platform, !FrameText.trimmed(platform).isEmpty else { return named(defaultPlatform) ?? ("ruby", FrameNormalizer.ruby) }
        return named(platform) ?? ("generic", FrameNormalizer.generic)
    }

    /// An operator's rules get every line, whatever they call their platform.
    private func named(_ platform: String) -> (platform: String, normalize: Normalizer)? {
        if let own = normalizers[platform] { return ("", own) }
        let name = Platform.canonical(platform)
        return FrameNormalizer.byPlatform[name].map { (name, $0) }
    }
}
