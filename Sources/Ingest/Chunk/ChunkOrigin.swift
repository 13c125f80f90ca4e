/// Where a batch came from, as far as its errors must know.
public struct ChunkOrigin: Sendable, Equatable {
    public var project: String
    /// As ``UserAgent`` names it.
    public var browser: String?
    public var device: String?

    public init(project: String, browser: String? = nil, device: String? = nil) {
        self.project = project
        self.browser = browser
        self.device = device
    }
}
