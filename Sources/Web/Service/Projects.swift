import Crypto

/// The tenants of an installation, and the keys that lead to them (DESIGN.md section 3, "Projects").
public struct Projects: Sendable, Equatable {
    /// A key and the project it belongs to. Ingest keys are secret, browser keys public.
    public struct Key: Sendable, Equatable {
        public let value: String
        public let project: String

        public init(value: String, project: String) {
            self.value = value
            self.project = project
        }
    }

    public let ingestKeys: [Key]
    public let browserKeys: [Key]
    /// Distinct names in the order they were configured; `default` when there are no keys.
    public let names: [String]

    public init(ingestKeys: [Key] = [], browserKeys: [Key] = []) {
        self.ingestKeys = ingestKeys
        self.browserKeys = browserKeys
        var names: [String] = []
        for key in ingestKeys + browserKeys where !names.contains(key.project) { names.append(key.project) }
        self.names = names.isEmpty ? ["default"] : names
    }

    /// The project of everything that names none.
    public var first: String { names[0] }

    /// The project of a browser batch. With one project no key is needed, so that the original's clients work unchanged.
    /// - Returns: nil when the key is missing or unknown and there are several projects.
    public func project(browserKey: String?) -> String? {
        guard names.count > 1 else { return first }
        return browserKeys.first { $0.value == browserKey }?.project
    }

    /// The project of a server's request. Every key is compared, each in constant time.
    public func project(ingestKey: String) -> String? {
        let offered = SHA256.hash(data: Array(ingestKey.utf8))
        var found: String?
        for key in ingestKeys where SHA256.hash(data: Array(key.value.utf8)) == offered { found = found ?? key.project }
        return found
    }

    /// The first public key of a project, for its script tag.
    public func browserKey(of project: String) -> String? { browserKeys.first { $0.project == project }?.value }
}
