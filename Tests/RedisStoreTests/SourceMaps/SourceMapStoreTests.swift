import Ingest
import Testing

@testable import RedisStore

/// Source maps in Redis (spec 06 section 6).
@Suite("Source map store")
struct SourceMapStoreTests {
    /// The script's first line: column 1 is line 2 of `a.js`, column 11 (called `save`) line 4 of it.
    private static func map(padding: String = "") -> [UInt8] {
        Array(
            #"{"version":3,"sources":["a.js"],"sourcesContent":["one\ntwo\nthree\nfour\n"],"names":["save"],"mappings":"AACA,UAEAA","x":"\#(padding)"}"#
                .utf8)
    }

    private static func name(_ file: String, _ release: String = "1.0") throws -> SourceMapName { try SourceMapName(release: release, file: file) }

    private func store(_ bench: CommitBench, retention: Int = 1_000_000, maxBytes: Int = 1 << 20) throws -> SourceMapStore {
        try SourceMapStore(redis: bench.client, keys: bench.schema, retentionSeconds: retention, maxBytes: maxBytes)
    }

    @Test("06-6: a stored map is listed, kept compressed under its key, replaced, and gone when it is deleted")
    func life() async throws {
        let bench = try await CommitBench(shards: 4)
        let store = try store(bench)
        let json = Self.map(padding: String(repeating: "x", count: 20_000))
        let stored = try await store.put(json, name: try Self.name("https://shop.example/assets/app.js.map?v=1", "1.0 beta/2"), project: "default")
        #expect(stored.file == "https://shop.example/assets/app.js" && stored.bytes == json.count)
        let keys = bench.schema.project("default", ofRelease: "1.0 beta/2")
        let key = keys.sourceMap("1.0 beta/2", stored.file)
        #expect(key.rawValue.hasSuffix(":default:sourcemap:1.0%20beta%2F2:https%3A%2F%2Fshop.example%2Fassets%2Fapp.js"))
        let bytes = try #require(try await bench.send("GET", key).bytes)
        #expect(bytes.count < 1_000 && bytes.starts(with: [0x1F, 0x8B]))
        #expect(try await store.list(release: "1.0 beta/2", project: "default") == [stored])
        #expect(try await store.list(release: "1.0 beta/2", project: "other").isEmpty)
        #expect(try await store.releases(project: "default").map(\.storedBytes) == [1_024])

        _ = try await store.put(Self.map(), name: try Self.name(stored.file, "1.0 beta/2"), project: "default")
        _ = try await store.put(Self.map(), name: try Self.name("b.js", "1.0 beta/2"), project: "default")
        #expect(try await store.list(release: "1.0 beta/2", project: "default").map(\.file) == ["b.js", stored.file])
        #expect(try await store.releases(project: "default").map(\.storedBytes) == [2_048])
        #expect(try await store.delete(release: "1.0 beta/2", file: "none.js", project: "default") == 0)
        #expect(try await store.delete(release: "1.0 beta/2", file: "b.js", project: "default") == 1)
        #expect(try await store.releases(project: "default").map(\.storedBytes) == [1_024])
        #expect(try await store.delete(release: "1.0 beta/2", file: nil, project: "default") == 1)
        #expect(try await bench.allKeys().isEmpty)
    }

    @Test("what cannot be stored is refused with a reason")
    func refusals() async throws {
        let bench = try await CommitBench()
        let store = try store(bench)
        let error = await #expect(throws: SourceMapStoreError.self) {
            _ = try await store.put(Array("{}".utf8), name: try Self.name("a.js"), project: "default")
        }
        #expect(error?.description == "not a usable source map: version is missing, so this is no source map")
        for release in ["", " ", String(repeating: "r", count: 65), "a\nb"] {
            #expect(throws: SourceMapStoreError.invalidRelease) { try SourceMapName(release: release, file: "a.js") }
        }
        for file in ["", ".map", "?x", "a\u{0}", String(repeating: "f", count: 1_025)] {
            #expect(throws: SourceMapStoreError.invalidFile) { try SourceMapName(release: "1", file: file) }
        }
        try await bench.send("CONFIG", "SET", "maxmemory", 1)
        let full = await #expect(throws: SourceMapStoreError.self) {
            _ = try await store.put(Self.map(), name: try Self.name("a.js"), project: "default")
        }
        guard case .redis(let cause) = full else { return #expect(Bool(false), "\(String(describing: full))") }
        #expect(cause.code == .outOfMemory)
        try await bench.send("CONFIG", "SET", "maxmemory", 0)
        #expect(try await bench.allKeys().isEmpty)
    }

    @Test("all of a release share one deadline; uploads and uses move it, at most by steps; without retention it has none")
    func expiry() async throws {
        let bench = try await CommitBench()
        let keys = bench.project
        let store = try store(bench)
        let first = try await store.put(Self.map(), name: try Self.name("a.js"), project: "default")
        _ = try await store.put(Self.map(), name: try Self.name("b.js"), project: "default")
        let deadline = try #require(first.expiresAtMs)
        let all = [keys.sourceMap("1.0", "a.js"), keys.sourceMap("1.0", "b.js"), keys.sourceMapFiles("1.0"), keys.sourceMapReleases]
        #expect((deadline - 1_000_000_000 - first.uploadedAtMs) == 0)
        for key in all { #expect(try await bench.send("PEXPIRETIME", key).int == Int(deadline), "\(key)") }

        // As if ten days had passed.
        let old = deadline - 864_000_000
        for key in all { try await bench.send("PEXPIREAT", key, old) }
        try await bench.send("HSET", keys.sourceMapReleases, "1.0", "2048 1 \(old)", "gone", "1 1 1")
        let frame = StackFrame(raw: "x", file: "/a.js", line: 1, column: 1)
        #expect(await store.resolve([frame], release: "1.0", project: "default")[0].original?.line == 2)
        for key in all { #expect(try await bench.send("PEXPIRETIME", key).int ?? 0 >= Int(deadline), "\(key)") }
        #expect(try await store.releases(project: "default").map(\.release) == ["1.0"], "one whose time has come is forgotten")
        for key in all { try await bench.send("PEXPIREAT", key, old) }
        _ = await store.resolve([frame], release: "1.0", project: "default")
        #expect(try await bench.send("PEXPIRETIME", all[0]).int == Int(old), "not twice a day")

        let forever = try self.store(bench, retention: 0)
        #expect(try await forever.put(Self.map(), name: try Self.name("c.js"), project: "default").expiresAtMs == nil)
        for key in all { #expect(try await bench.send("PTTL", key).int == -1, "\(key)") }
        #expect(try await forever.list(release: "1.0", project: "default").map(\.expiresAtMs) == [nil, nil, nil])
    }

    @Test("beyond the bytes of a project the releases not used for longest go, over all shards; one release alone that is too large is refused")
    func bound() async throws {
        let bench = try await CommitBench(shards: 8)
        let store = try store(bench, maxBytes: 4 * 1_024)
        for number in 1...4 {
            _ = try await store.put(Self.map(), name: try Self.name("a.js", "r\(number)"), project: "default")
            try await Task.sleep(for: .milliseconds(3))
        }
        #expect(try await store.releases(project: "default").map(\.release) == ["r4", "r3", "r2", "r1"])
        // Replacing takes no room.
        _ = try await store.put(Self.map(), name: try Self.name("a.js", "r1"), project: "default")
        #expect(try await store.releases(project: "default").map(\.release) == ["r1", "r4", "r3", "r2"])
        _ = try await store.put(Self.map(), name: try Self.name("a.js", "other"), project: "other")
        for file in ["b.js", "c.js"] { _ = try await store.put(Self.map(), name: try Self.name(file, "r1"), project: "default") }
        #expect(try await store.releases(project: "default").map(\.release) == ["r1", "r4"])
        _ = try await store.put(Self.map(), name: try Self.name("d.js", "r1"), project: "default")
        let error = await #expect(throws: SourceMapStoreError.self) {
            _ = try await store.put(Self.map(), name: try Self.name("e.js", "r1"), project: "default")
        }
        guard case .noRoom(let sentence) = error else { return #expect(Bool(false)) }
        #expect(sentence.contains("5120") && sentence.contains("max_source_map_bytes"))
        #expect(try await store.releases(project: "default").map(\.storedBytes) == [4_096])
        #expect(try await store.releases(project: "other").count == 1)
    }

    @Test("frames get where they were written, with the function as its caller called it; the rest stays as it is")
    func resolving() async throws {
        let bench = try await CommitBench()
        let store = try store(bench)
        _ = try await store.put(Self.map(), name: try Self.name("https://shop.example/app.js"), project: "default")
        let frames = [
            StackFrame(raw: "at t (https://shop.example/app.js?x=1:1:1)", function: "t", file: "https://shop.example/app.js?x=1", line: 1, column: 1),
            StackFrame(raw: "at u (https://shop.example/app.js:1:11)", function: "u", file: "https://shop.example/app.js", line: 1, column: 11),
            StackFrame(raw: "at v (https://cdn.example/app.js:1:11)", function: "v", file: "https://cdn.example/app.js", line: 1, column: 11),
            StackFrame(raw: "at https://shop.example/app.js:7:1", file: "https://shop.example/app.js", line: 7, column: 1),
            StackFrame(raw: "nonsense"),
        ]
        let resolved = await store.resolve(frames, release: "1.0", project: "default")
        #expect(resolved.map(\.raw) == frames)
        #expect(resolved.map { $0.original?.line } == [2, 4, nil, nil, nil])
        #expect(resolved.map(\.function) == ["save", "u", "v", nil, nil])
        #expect(resolved[1].context.map(\.text) == ["two", "three", "four"] && resolved[1].context.map(\.isMarked) == [false, false, true])
        #expect(store.cache.byteCount > 0)
        for (release, project) in [("2.0", "default"), (nil, "default"), ("", "default"), ("1.0", "other")] {
            #expect(await store.resolve(frames, release: release, project: project).allSatisfy { $0.original == nil })
        }
        // A map that was replaced is read anew, one that is damaged is none.
        try await Task.sleep(for: .milliseconds(3))
        let other = Array(#"{"version":3,"sources":["b.js"],"mappings":"AACA"}"#.utf8)
        _ = try await store.put(other, name: try Self.name("https://shop.example/app.js"), project: "default")
        #expect(await store.resolve(frames, release: "1.0", project: "default")[0].original?.source == "b.js")
        try await bench.send("SET", bench.project.sourceMap("1.0", "https://shop.example/app.js"), "damaged")
        let fresh = try self.store(bench)
        #expect(await fresh.resolve(frames, release: "1.0", project: "default").allSatisfy { $0.original == nil })
        try await bench.send("SET", bench.project.sourceMapFiles("1.0"), "wrong")
        #expect(await fresh.resolve(frames, release: "1.0", project: "default").map(\.raw) == frames)
    }

    @Test("memory for maps is bounded: the least recently used goes, and one too large is used once")
    func cache() async throws {
        let json = Self.map(padding: String(repeating: "x", count: 10_000))
        let size = try SourceMap(json).byteCount
        let cache = SourceMapCache(capacity: size * 2 + 10)
        let packed = try await cache.pack(json).get()
        func name(_ file: String) -> SourceMapCache.Name { .init(project: "p", release: "r", file: file, record: "1") }
        for file in ["a", "b"] { #expect(await cache.open(packed, as: name(file)) != nil) }
        #expect(cache[name("a")] != nil)
        #expect(await cache.open(packed, as: name("c")) != nil)
        #expect(cache[name("a")] != nil && cache[name("b")] == nil && cache[name("c")] != nil && cache.byteCount == size * 2)
        let small = SourceMapCache(capacity: 100)
        #expect(await small.open(packed, as: name("a")) != nil)
        #expect(small.byteCount == 0)
    }
}

@Suite("Script match")
struct ScriptMatchTests {
    private static let names = [
        "https://shop.example/assets/app.js", "/assets/admin.js", "https://shop.example/assets/vendor-*.js", "https://*/lib/*", "/pages/*/main.js",
        "cart.js", "widgets/cart.js", "https://cdn.example/x/0123456789abcdef0123456789abcdef.js",
    ]

    @Test(
        "by URL, path, glob and the end of a path",
        arguments: [
            ("https://shop.example/assets/app.js", "https://shop.example/assets/app.js"),
            ("https://shop.example/assets/app.js?v=2#x", "https://shop.example/assets/app.js"),
            ("/assets/app.js", "https://shop.example/assets/app.js"), ("https://other.example/assets/app.js", nil),
            ("http://other.example/assets/admin.js", "/assets/admin.js"),
            ("https://shop.example/assets/vendor-77.js", "https://shop.example/assets/vendor-*.js"),
            ("https://a.example/lib/b/c.js", "https://*/lib/*"),
            ("https://a.example/pages/x/y/main.js", "/pages/*/main.js"), ("https://a.example/z/cart.js", "cart.js"),
            ("https://a.example/widgets/cart.js", "widgets/cart.js"),
            ("https://a.example/mycart.js", nil), ("cart.js", "cart.js"), ("", nil),
            ("https://cdn.example/x/[redacted].js", "https://cdn.example/x/0123456789abcdef0123456789abcdef.js"),
            ("https://shop.example/[redacted]", nil), ("<anonymous>", nil),
        ] as [(String, String?)])
    func names(file: String, expected: String?) { #expect(ScriptMatch(names: Self.names).name(of: file) == expected) }

    @Test(
        "a star stands for any characters",
        arguments: [
            ("*", "", true), ("a*b", "ab", true), ("a*b", "a/x/b", true), ("a*b*c", "abbbcbc", true), ("a*b*c", "abbbcb", false), ("a", "b", false),
            ("a*", "ba", false),
            ("**", "x", true), ("", "", true), ("", "x", false),
        ])
    func globs(glob: String, text: String, fits: Bool) { #expect(ScriptMatch.matches(glob, text) == fits) }
}
