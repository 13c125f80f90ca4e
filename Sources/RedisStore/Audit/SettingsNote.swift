/// Remembers settings between starts of the web server, so that the audit log can tell when they were changed.
public struct SettingsNote: Sendable {
    /// A setting that is another than at the last start.
    public struct Change: Sendable, Equatable {
        public let name: String
        /// nil when it was not noted before.
        public let before: String?
        public let now: String

        public init(name: String, before: String?, now: String) {
            self.name = name
            self.before = before
            self.now = now
        }
    }

    private let client: RedisClient
    private let schema: KeySchema
    private let script: Script

    /// - Throws: `scriptUnavailable`.
    public init(client: RedisClient, schema: KeySchema) throws(RedisError) {
        self.client = client
        self.schema = schema
        script = try Scripts.named("noteSettings")
    }

    /// Notes the settings in force. Of several processes that start with the same ones only the first hears of a change.
    public func note(_ settings: [(name: String, value: String)]) async throws(RedisError) -> [Change] {
        let arguments = settings.flatMap { [$0.name, $0.value] as [any RedisArgument] }
        guard let values = try await client.run(script, keys: [schema.settings], arguments: arguments).array, values.count.isMultiple(of: 3) else {
            throw RedisError(.protocol, "noteSettings did not return its list")
        }
        return stride(from: 0, to: values.count, by: 3).map { index in
            let before = values[index + 1].string ?? ""
            return Change(name: values[index].string ?? "", before: before.isEmpty ? nil : before, now: values[index + 2].string ?? "")
        }
    }
}
