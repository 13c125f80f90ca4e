/// Reads the JSON of a map without building it: texts stay where they are.
struct SourceMapReader {
    static let maxNames = 2_000_000
    static let maxSources = 200_000
    static let maxSections = 100_000

    /// What the members of one map say, before they are judged together.
    private struct Members {
        var version: Range<Int>?
        var root: UInt32 = 0
        var sources: [UInt32]?
        var contents: [UInt32] = []
        var names: [UInt32] = []
        var mappings: JSONStringToken?
        var sections: [SourceMapPart]?
    }

    private let bytes: UnsafeRawBufferPointer
    private var cursor: JSONCursor
    /// Of all sections together.
    private var nameCount = 0
    private var sourceCount = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        cursor = JSONCursor(bytes)
    }

    mutating func read() throws(SourceMapError) -> [SourceMapPart] {
        skipPreamble()
        let parts = try map(line: 0, column: 0, isSection: false)
        try json { cursor throws(JSONFault) in try cursor.finish() }
        return parts
    }

    /// A byte order mark, and the line `)]}…` that keeps other sites from reading a map as a script.
    private mutating func skipPreamble() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { cursor.position = 3 }
        guard bytes.dropFirst(cursor.position).starts(with: ")]}".utf8) else { return }
        cursor.position = bytes.dropFirst(cursor.position).firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }

    private mutating func map(line: Int, column: Int, isSection: Bool) throws(SourceMapError) -> [SourceMapPart] {
        let first = try json { cursor throws(JSONFault) in try cursor.next() }
        guard first == UInt8(ascii: "{") else { throw SourceMapError(isSection ? "the map of a section is not an object" : "not a JSON object") }
        var members = Members()
        try object { reader, key throws(SourceMapError) in try reader.member(key, &members, isSection) }
        guard let version = members.version else { throw SourceMapError("version is missing, so this is no source map") }
        guard bytes[version].elementsEqual("3".utf8) else {
            throw SourceMapError("version is \(String(decoding: bytes[version].prefix(20), as: UTF8.self)), only 3 is understood")
        }
        if let sections = members.sections {
            guard members.mappings == nil else { throw SourceMapError("there are both sections and mappings") }
            return sections
        }
        guard let sources = members.sources else { throw SourceMapError("sources are missing") }
        guard let token = members.mappings else { throw SourceMapError("mappings are missing") }
        var own: [UInt8]?
        if token.traits.has(ByteTraits.escape) { own = try json { cursor throws(JSONFault) in try cursor.text(of: token) } }
        let mappings = try Mappings(
            token.inner, own: own, in: bytes.bindMemory(to: UInt8.self), sources: sources.count, names: members.names.count)
        return [
            SourceMapPart(
                line: line, column: column, root: members.root, sources: sources, contents: members.contents, names: members.names,
                mappings: mappings)
        ]
    }

    private mutating func member(_ key: JSONStringToken, _ members: inout Members, _ isSection: Bool) throws(SourceMapError) {
        if try isNamed(key, "version") {
            members.version = try json { cursor throws(JSONFault) in try cursor.skipValue() }
        } else if try isNamed(key, "sources") {
            let list = try texts("sources", most: Self.maxSources - sourceCount)
            sourceCount += list.count
            members.sources = list
        } else if try isNamed(key, "sourcesContent") {
            members.contents = try texts("sourcesContent", most: Self.maxSources)
        } else if try isNamed(key, "names") {
            let list = try texts("names", most: Self.maxNames - nameCount)
            nameCount += list.count
            members.names = list
        } else if try isNamed(key, "sourceRoot") {
            members.root = try text("sourceRoot").map { UInt32($0.range.lowerBound) } ?? 0
        } else if try isNamed(key, "mappings") {
            guard let token = try text("mappings") else { throw SourceMapError("mappings are not a text") }
            members.mappings = token
        } else if try isNamed(key, "sections") {
            guard !isSection else { throw SourceMapError("a section holds sections") }
            members.sections = try sections()
        } else {
            _ = try json { cursor throws(JSONFault) in try cursor.skipValue() }
        }
    }

    private mutating func sections() throws(SourceMapError) -> [SourceMapPart] {
        var parts: [SourceMapPart] = []
        try list("sections") { reader throws(SourceMapError) in
            guard parts.count < Self.maxSections else { throw SourceMapError("there are more than \(Self.maxSections) sections") }
            let part = try reader.section(parts.count)
            if let last = parts.last, (last.line, last.column) >= (part.line, part.column) {
                throw SourceMapError("section \(parts.count) does not begin after the one before")
            }
            parts.append(part)
        }
        return parts
    }

    private mutating func section(_ index: Int) throws(SourceMapError) -> SourceMapPart {
        guard try next() == UInt8(ascii: "{") else { throw SourceMapError("section \(index) is not an object") }
        var offset: (line: Int, column: Int)?
        var place: Int?
        try object { reader, key throws(SourceMapError) in
            if try reader.isNamed(key, "offset") {
                offset = try reader.offset(of: index)
                return
            }
            // Its place is known only once the offset is, which may come later.
            if try reader.isNamed(key, "map") { place = reader.cursor.position }
            if try reader.isNamed(key, "url") { throw SourceMapError("section \(index) names a map by url; put the map itself there") }
            _ = try reader.json { cursor throws(JSONFault) in try cursor.skipValue() }
        }
        guard let offset else { throw SourceMapError("section \(index) has no offset") }
        guard let place else { throw SourceMapError("section \(index) has no map") }
        let end = cursor.position
        cursor.position = place
        let parts: [SourceMapPart]
        do throws(SourceMapError) { parts = try map(line: offset.line, column: offset.column, isSection: true) } catch {
            throw SourceMapError("section \(index): \(error.message)")
        }
        cursor.position = end
        guard let part = parts.first else { throw SourceMapError("section \(index) has no map") }
        return part
    }

    private mutating func offset(of index: Int) throws(SourceMapError) -> (line: Int, column: Int) {
        guard try next() == UInt8(ascii: "{") else { throw SourceMapError("the offset of section \(index) is not an object") }
        var line: Int?
        var column: Int?
        try object { reader, key throws(SourceMapError) in
            let isLine = try reader.isNamed(key, "line")
            let isColumn = try reader.isNamed(key, "column")
            let range = try reader.json { cursor throws(JSONFault) in try cursor.skipValue() }
            guard isLine || isColumn else { return }
            let number = Int(String(decoding: reader.bytes[range].prefix(12), as: UTF8.self)).flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
            if isLine { line = number } else { column = number }
        }
        guard let line, let column else { throw SourceMapError("the offset of section \(index) is not a line and a column") }
        return (line, column)
    }

    /// Where the texts of a list begin.
    private mutating func texts(_ name: StaticString, most: Int) throws(SourceMapError) -> [UInt32] {
        var starts: [UInt32] = []
        try list(name) { reader throws(SourceMapError) in
            guard starts.count < most else { throw SourceMapError("there are too many \(name)") }
            guard let token = try reader.text(name, index: starts.count) else { return starts.append(0) }
            starts.append(UInt32(token.range.lowerBound))
        }
        return starts
    }

    /// A text; nil for null.
    private mutating func text(_ name: StaticString, index: Int? = nil) throws(SourceMapError) -> JSONStringToken? {
        if try next() == UInt8(ascii: "\"") { return try json { cursor throws(JSONFault) in try cursor.string() } }
        let range = try json { cursor throws(JSONFault) in try cursor.skipValue() }
        guard bytes[range].elementsEqual("null".utf8) else {
            throw SourceMapError(index.map { "\(name)[\($0)] is not a text" } ?? "\(name) is not a text")
        }
        return nil
    }

    private mutating func list(_ name: StaticString, _ element: (inout Self) throws(SourceMapError) -> Void) throws(SourceMapError) {
        guard try next() == UInt8(ascii: "[") else { throw SourceMapError("\(name) must be a list") }
        cursor.position += 1
        if try takes(UInt8(ascii: "]")) { return }
        while true {
            try element(&self)
            if try takes(UInt8(ascii: "]")) { return }
            try json { cursor throws(JSONFault) in try cursor.take(UInt8(ascii: ",")) }
        }
    }

    private mutating func object(_ member: (inout Self, JSONStringToken) throws(SourceMapError) -> Void) throws(SourceMapError) {
        cursor.position += 1
        if try takes(UInt8(ascii: "}")) { return }
        while true {
            let key = try json { cursor throws(JSONFault) in
                let key = try cursor.string()
                try cursor.take(UInt8(ascii: ":"))
                _ = try cursor.next()
                return key
            }
            try member(&self, key)
            if try takes(UInt8(ascii: "}")) { return }
            try json { cursor throws(JSONFault) in try cursor.take(UInt8(ascii: ",")) }
        }
    }

    private mutating func next() throws(SourceMapError) -> UInt8 { try json { cursor throws(JSONFault) in try cursor.next() } }

    private mutating func takes(_ byte: UInt8) throws(SourceMapError) -> Bool {
        try json { cursor throws(JSONFault) in try cursor.takes(byte) }
    }

    private mutating func isNamed(_ key: JSONStringToken, _ name: StaticString) throws(SourceMapError) -> Bool {
        try json { cursor throws(JSONFault) in try cursor.isNamed(key, name) }
    }

    private mutating func json<Value>(_ read: (inout JSONCursor) throws(JSONFault) -> Value) throws(SourceMapError) -> Value {
        do throws(JSONFault) { return try read(&cursor) } catch {
            throw SourceMapError(error.position >= bytes.count ? "not JSON: it ends too early" : "not JSON at byte \(error.position + 1)")
        }
    }
}
