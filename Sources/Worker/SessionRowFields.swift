import Foundation
import Ingest
import RedisStore

/// What a batch writes into its session's row (`docs/keys.md`).
struct SessionRowFields {
    private(set) var last: [(String, String)] = []
    private(set) var first: [(String, String)] = []
    private(set) var metadata: [(key: String, json: [UInt8])] = []
    private(set) var dimensions: [(dimension: String, value: String)] = []

    /// - Parameter userKey: the metadata key that names the user.
    init(chunk: PreparedChunk, batch: IngestBatch, redactor: Redactor, userKey: String) {
        var named: [String: String] = [:]
        for entry in chunk.metadata {
            // Named fields are plain text; whatever else a client puts under these names stays metadata.
            if Self.namedKeys.contains(entry.key), let text = Self.text(ofJSON: entry.value) {
                named[entry.key] = text
            } else {
                metadata.append((entry.key, entry.value))
            }
        }
        if let url = named["url"] ?? chunk.page.lastURL { last.append(("url", url)) }
        if let viewport = named["viewport"] ?? chunk.page.viewport { last.append(("viewport", viewport)) }
        if let referrer = named["referrer"] { last.append(("referrer", referrer)) }
        if let entry = named["entry_url"] ?? chunk.page.firstURL { first.append(("entry_url", entry)) }
        put("browser", batch.browser)
        put("device", batch.device)
        put("geo_country", batch.country)
        // Short texts of a client or its proxy: whatever else they should be, they are redacted like any other.
        put("recorder", batch.recorder.map(redactor.text))
        put("geo_city", batch.city.map(redactor.text))
        put("geo_region", batch.region.map(redactor.text))
        put("geo_timezone", batch.timezone.map(redactor.text))
        if let browser = batch.browser { dimensions.append(("browser", browser)) }
        if let device = batch.device { dimensions.append(("device", device)) }
        if let country = batch.country { dimensions.append(("country", country)) }
        dimensions += chunk.users.map { UserToken.dimension(key: userKey, of: $0) }
    }

    private static let namedKeys: Set<String> = ["url", "referrer", "entry_url", "viewport"]

    private mutating func put(_ field: String, _ value: String?) {
        if let value { last.append((field, value)) }
    }

    private static func text(ofJSON json: [UInt8]) -> String? {
        try? JSONDecoder().decode(String.self, from: Data(json))
    }
}
