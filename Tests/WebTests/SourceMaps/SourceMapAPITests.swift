import Foundation
import HTTPTypes
import Ingest
import RedisStore
import Testing

@testable import Web

/// `/api/v1/releases/{release}/sourcemaps` (spec 06 section 6, docs/source-maps.md).
@Suite struct SourceMapAPITests {
    private struct Shown: Decodable, Equatable {
        let file: String
        let bytes: Int
        let uploaded_at: String
        let expires_at: String?
    }

    private struct Listed: Decodable { let data: [Shown] }

    private static let path = "/api/v1/releases/1.0%20rc%2F1/sourcemaps"
    private static let file = "?file=https%3A%2F%2Fshop.example%2Fassets%2Fapp.js.map"
    private static let map = Array(#"{"version":3,"sources":["secret-source.js"],"sourcesContent":["let pin = 1"],"mappings":"AAAA"}"#.utf8)
    private static let key: HTTPFields = [.authorization: "Bearer k-shop"]

    private static func run(_ test: @Sendable @escaping (LiveServer) async throws -> Void) async throws {
        try await LiveServer.run {
            $0.projects = Projects(ingestKeys: [.init(value: "k-shop", project: "shop"), .init(value: "k-blog", project: "blog")])
            $0.basicAuth = BasicCredentials("admin:se:cret")
        } _: {
            try await test($0)
        }
    }

    @Test("06-6: PUT stores, GET lists, DELETE removes, each for the project of the key; nothing gives a map back")
    func life() async throws {
        try await Self.run { server async throws in
            let put = try await server.send(.put, Self.path + Self.file, Self.key, Self.map)
            #expect(put.status == .ok, "\(put.text)")
            let stored = try JSONDecoder().decode(Shown.self, from: Data(put.bytes))
            #expect(stored.file == "https://shop.example/assets/app.js" && stored.bytes == Self.map.count && stored.expires_at != nil)
            #expect(stored.uploaded_at.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)

            var gzip = Self.key
            gzip[.contentEncoding] = "gzip"
            let packed = Self.map.withUnsafeBytes { Gzip.deflate($0) }
            for (fields, file) in [(gzip, "b.js"), (Self.key, "c.js")] {
                #expect(try await server.send(.put, Self.path + "?file=" + file, fields, packed).status == .ok)
            }
            let list = try await server.get(Self.path, Self.key)
            #expect(list.text.hasSuffix(#","next_cursor":null}"#) && list.headers[.cacheControl] == "no-store")
            let listed = try JSONDecoder().decode(Listed.self, from: Data(list.bytes)).data
            #expect(listed.map(\.file) == ["b.js", "c.js", stored.file] && listed.allSatisfy { $0.bytes == Self.map.count })
            #expect(!list.text.contains("secret-source"))
            #expect(try await server.send(.head, Self.path, Self.key).bytes.isEmpty)
            #expect(try await server.get(Self.path, [.authorization: "bearer  k-blog"]).text == #"{"data":[],"next_cursor":null}"#)
            // What a person with a login, and nobody, gets: neither list nor map.
            let login = "Basic " + Data("admin:se:cret".utf8).base64EncodedString()
            for path in [Self.path, Self.path + Self.file, "/assets/app.js.map", Self.path + "/app.js.map"] {
                for fields in [[.authorization: login], [:]] as [HTTPFields] {
                    let answer = try await server.get(path, fields)
                    #expect(answer.status.code >= 400 && !answer.text.contains("secret-source"), "\(path)")
                }
            }
            let first = try await server.get(Self.path + "?limit=2", Self.key).text
            #expect(first.components(separatedBy: "\"bytes\"").count == 3 && first.contains(#""next_cursor":""#))
            let cursor = try #require(first.firstMatch(of: /"next_cursor":"([^"]+)"/)?.1)
            let rest = try await server.get(Self.path + "?limit=2&cursor=\(QueryString.encode(String(cursor)))", Self.key).text
            #expect(rest.components(separatedBy: "\"bytes\"").count == 2 && rest.contains(#""next_cursor":null"#))
            // What is misspelt must not mean all of the release.
            let misspelt = try await server.send(.delete, Self.path + "?files=c.js", Self.key)
            #expect(misspelt.status == .badRequest && misspelt.text.contains("unknown parameter files"))
            #expect(try await server.send(.delete, Self.path + "?limit=1", Self.key).status == .badRequest)
            let one = try await server.send(.delete, Self.path + "?file=c.js", Self.key)
            #expect(one.status == .ok && one.text == #"{"deleted":1}"#)
            #expect(try await server.send(.delete, Self.path, [.authorization: "Bearer k-blog"]).text == #"{"deleted":0}"#)
            #expect(try await server.send(.delete, Self.path, Self.key).text == #"{"deleted":2}"#)
            #expect(try await server.get(Self.path, Self.key).text == #"{"data":[],"next_cursor":null}"#)
        }
    }

    @Test("01-1.6: without a key of ingest there is nothing, whatever the method; other methods are refused first")
    func access() async throws {
        try await Self.run { server async throws in
            let login = "Basic " + Data("admin:se:cret".utf8).base64EncodedString()
            for fields in [[:], [.authorization: "Bearer wrong"], [.authorization: "Bearer"], [.authorization: login]] as [HTTPFields] {
                for method in [HTTPRequest.Method.get, .put, .delete] {
                    let answer = try await server.send(method, Self.path + Self.file, fields, method == .put ? Self.map : nil)
                    #expect(answer.status == .unauthorized && answer.text == #"{"error":"invalid or missing ingest key"}"#)
                    #expect(answer.headers[.contentType] == "application/json" && answer.headers[.wwwAuthenticate] == nil)
                }
            }
            let post = try await server.send(.post, Self.path, Self.key, [])
            #expect(post.status == .methodNotAllowed && post.headers[.allow] == "GET, HEAD, PUT, DELETE")
        }
        try await LiveServer.run { server async throws in
            #expect(try await server.get(Self.path, Self.key).status == .unauthorized, "no keys are configured")
        }
    }

    @Test("400 says what is wrong, 413 and 415 and 507 why it is not taken")
    func refusals() async throws {
        try await LiveServer.run {
            $0.projects = Projects(ingestKeys: [.init(value: "k-shop", project: "shop")])
            $0.maxSourceMapBytes = 1_500
        } _: { server async throws in
            func put(_ path: String, _ body: [UInt8], _ more: HTTPFields = [:]) async throws -> (Int, String) {
                var fields = Self.key
                for field in more { fields[field.name] = field.value }
                let answer = try await server.send(.put, path, fields, body)
                return (answer.status.code, answer.text)
            }
            let large = [UInt8](repeating: 0x20, count: SourceMap.maxBytes + 1)
            let cases: [(String, [UInt8], HTTPFields, Int, String)] = [
                (Self.path, Self.map, [:], 400, "file is required"), (Self.path + "?file=", Self.map, [:], 400, "file must be"),
                ("/api/v1/releases/%zz/sourcemaps?file=a.js", Self.map, [:], 400, "broken percent escape"),
                ("/api/v1/releases/\(String(repeating: "r", count: 65))/sourcemaps?file=a.js", Self.map, [:], 400, "1 to 64 characters"),
                (Self.path + Self.file, Array("nope".utf8), [:], 400, "not a usable source map: not a JSON object"),
                (
                    Self.path + Self.file, Array(#"{"version":"3","sources":[],"mappings":""}"#.utf8), [:], 400,
                    #"version is \"3\", only 3 is understood"#
                ),
                (
                    Self.path + Self.file, Array(#"{"version":3,"sources":["a"],"mappings":"AA"}"#.utf8), [:], 400,
                    "mappings are broken at character 3"
                ),
                (Self.path + Self.file, Self.map, [.contentEncoding: "gzip"], 400, "not the gzip"),
                (Self.path + Self.file, Self.map, [.contentEncoding: "br"], 415, "only gzip"),
                (
                    Self.path + Self.file, large.withUnsafeBytes { Gzip.deflate($0, level: 1) }, [.contentEncoding: "gzip"], 413,
                    "larger than 33554432 bytes"
                ),
                (Self.path + Self.file, large, [:], 413, "larger than 33554432 bytes"),
            ]
            for (path, body, more, status, text) in cases {
                let answer = try await put(path, body, more)
                #expect(answer.0 == status && answer.1.contains(text), "\(answer.0) \(answer.1) for \(text)")
                #expect((try? JSONDecoder().decode([String: String].self, from: Data(answer.1.utf8))["error"]) != nil)
            }
            #expect(try await put(Self.path + "?file=a.js", Self.map).0 == 200)
            let full = try await put(Self.path + "?file=b.js", Self.map)
            #expect(full.0 == 507 && full.1.contains("max_source_map_bytes"))
        }
    }

    @Test("too many uploads at a time wait their turn; a release's part of the path is found below the mount, and nothing else is")
    func routes() {
        let uploads = SourceMapUploads()
        #expect((0..<SourceMapUploads.most).allSatisfy { _ in uploads.begin() } && !uploads.begin())
        uploads.end()
        #expect(uploads.begin())
        #expect(SourceMapRoutes.release(in: "/s/api/v1/releases/a%2Fb/sourcemaps", mount: "/s") == "a%2Fb")
        for path in [
            "/api/v1/releases/a/sourcemaps", "/s/api/v1/releases/a", "/s/api/v1/releases/a/sourcemaps/", "/s/api/v1/releases/a/b/sourcemaps",
        ] {
            #expect(SourceMapRoutes.release(in: path, mount: "/s") == nil, "\(path)")
        }
    }
}
