import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Web

@Suite struct AssetTests {
    static let script = String(repeating: "console.log('recorder');\n", count: 200)

    static func embedded(_ files: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        for (name, text) in files { result["frontend/dist/" + name] = Data(text.utf8).base64EncodedString() }
        return result
    }

    static func assets(_ overrides: AssetOverrides = AssetOverrides()) throws -> Assets {
        try Assets(
            embedded: embedded([
                "manifest.json": #"{"recorder":"recorder-1a2b3c4d.js","recorder-core":"recorder-core-11.js","style":"style-5e6f.css"}"#,
                "recorder-1a2b3c4d.js": script, "recorder-core-11.js": "core();", "style-5e6f.css": "a{}", "logo.svg": "<svg/>",
            ]).merging(["lua/commit.lua": "eA==", "frontend/dashboard/templates/page.mustache": "eA=="]) { first, _ in first },
            overrides: overrides)
    }

    static func run(_ test: @Sendable @escaping (AssetServer) async throws -> Void) async throws {
        try await AssetServer.run(assets: assets(), test)
    }

    @Test(
        "01-115 03-C54 03-C10 lifetimes, types and headers; no credentials needed",
        arguments: [
            ("/assets/recorder-1a2b3c4d.js", "application/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
            ("/assets/style-5e6f.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
            ("/assets/logo.svg", "image/svg+xml", "public, max-age=86400"),
            ("/assets/manifest.json", "application/octet-stream", "public, max-age=86400"),
            ("/recorder.js", "application/javascript; charset=utf-8", "public, max-age=300"),
        ])
    func served(path: String, type: String, lifetime: String) async throws {
        try await Self.run { server async throws in
            let response = try await server.get(path)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == type)
            #expect(response.headers[.cacheControl] == lifetime)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.accessControlAllowOrigin] == "*")
            let tag = try #require(response.headers[.eTag])
            let again = try await server.get(path, [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.bytes.isEmpty)
            #expect(try await server.get(path, [.ifNoneMatch: #""else""#]).status == .ok)
            #expect(try await server.send(.head, path).bytes.isEmpty)
            #expect(try await server.send(.post, path).status == .methodNotAllowed)
        }
    }

    @Test("gzip when asked for, with a tag of its own")
    func compressed() async throws {
        try await Self.run { server async throws in
            let plain = try await server.get("/recorder.js")
            let packed = try await server.get("/recorder.js", [.acceptEncoding: "br, gzip;q=0.8"])
            #expect(plain.text == Self.script)
            #expect(plain.headers[.contentEncoding] == nil)
            #expect(packed.headers[.contentEncoding] == "gzip")
            #expect(packed.bytes.count < plain.bytes.count / 4)
            #expect(packed.headers[.eTag] != plain.headers[.eTag])
            #expect(packed.headers[.vary] == "Accept-Encoding")
            #expect(try await server.get("/recorder.js", [.acceptEncoding: "gzip;q=0"]).headers[.contentEncoding] == nil)
        }
    }

    @Test(
        "01-115 03-C53 nothing outside the embedded files",
        arguments: [
            "/assets", "/assets/", "/assets/../../etc/passwd", "/assets/..%2F..%2Fetc%2Fpasswd", "/assets/%252e%252e/%252e%252e/etc/passwd",
            "/assets//etc/passwd", "/assets/.", "/assets/sub/", "/assets/page.mustache", "/assets/templates/page.mustache", "/assets/layout.erb",
            "/assets/lua/commit.lua", "/assets/recorder-1a2b3c4d.js%00.css", "/assets/unknown-1234.js",
        ])
    func traversal(path: String) async throws {
        try await Self.run { server async throws in
            let response = try await server.get(path)
            #expect(response.status == .notFound)
            #expect(response.text == "Not Found")
            #expect(response.headers[.contentType] == "text/plain")
        }
    }

    @Test("a build without front end says what to do")
    func notBuilt() async throws {
        let empty = try Assets(embedded: [:], overrides: AssetOverrides())
        #expect(!empty.isBuilt)
        try await AssetServer.run(assets: empty) { server async throws in
            let response = try await server.get("/recorder.js")
            #expect(response.status == .notFound)
            #expect(response.text.contains("bin/setup"))
        }
    }

    @Test("an operator's rrweb replaces the built-in one and is followed by our part")
    func overrides() throws {
        let path = NSTemporaryDirectory() + "rrweb-\(UInt32.random(in: 0 ... .max)).js"
        try Data("var rrweb={};".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var overrides = AssetOverrides()
        overrides.record = path
        overrides.player = path
        let assets = try Self.assets(overrides)
        let recorder = try #require(assets.file(named: "recorder"))
        #expect(String(buffer: recorder.bytes) == "var rrweb={};\n;\ncore();")
        #expect(assets.path("player")?.hasPrefix("/assets/player-") == true)
        #expect(assets.path("rrweb-player") == assets.path("player"))
        overrides.style = "/no/such/file"
        #expect(throws: AssetError(option: "rrweb_style", path: "/no/such/file", problem: "cannot be read")) { try Self.assets(overrides) }
    }

    @Test(
        "hashed names",
        arguments: [("a-1.js", true), ("recorder-core-11aF.js", true), ("a.js", false), ("-1.js", false), ("a-1.min.js", false), ("x/a-1.js", false)])
    func hashed(name: String, expected: Bool) { #expect(AssetRoutes.isHashed(name) == expected) }
}
