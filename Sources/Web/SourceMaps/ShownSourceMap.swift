import RedisStore

/// A stored map, as the API shows it.
struct ShownSourceMap: Encodable {
    let file: String
    let bytes: Int
    let uploadedAt: String
    let expiresAt: String?

    private enum CodingKeys: String, CodingKey {
        case file, bytes
        case uploadedAt = "uploaded_at"
        case expiresAt = "expires_at"
    }

    init(_ map: StoredSourceMap) {
        file = map.file
        bytes = map.bytes
        uploadedAt = Format.time(Double(map.uploadedAtMs) / 1000).iso
        expiresAt = map.expiresAtMs.map { Format.time(Double($0) / 1000).iso }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(uploadedAt, forKey: .uploadedAt)
        try container.encode(expiresAt, forKey: .expiresAt)
    }
}

/// A list of the API, by file; the cursor is the last file of a page.
struct SourceMapList: Encodable {
    private static let most = 500

    let data: [ShownSourceMap]
    let nextCursor: String?

    init(_ maps: [StoredSourceMap], _ query: QueryString) {
        let limit = query.number("limit", default: Self.most, in: 1...Self.most)
        let rest = maps.filter { map in query["cursor"].map { map.file > $0 } ?? true }
        data = rest.prefix(limit).map(ShownSourceMap.init)
        nextCursor = rest.count > limit ? data.last?.file : nil
    }

    private enum CodingKeys: String, CodingKey {
        case data
        case nextCursor = "next_cursor"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(data, forKey: .data)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}
