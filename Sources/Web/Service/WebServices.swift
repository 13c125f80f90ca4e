public import Logging
public import RedisStore

/// What the pages of the web tier work with.
public struct WebServices: Sendable {
    public let configuration: WebConfiguration
    /// For reads: a slow page here never delays a batch, which has a connection of its own.
    public let redis: RedisClient
    public let keys: KeySchema
    public let assets: Assets
    public let pressure: IngestPressure
    /// Opens what is sealed; nil where no encryption key is configured.
    public let encryption: Encryption?
    /// nil where stack traces are shown as they came.
    public var sourceMaps: SourceMapStore?
    /// Of this build, as shown to people.
    public let version: String
    public let logger: Logger
}
