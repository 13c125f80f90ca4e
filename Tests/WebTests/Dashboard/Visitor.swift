import Foundation
import HTTPTypes
import RedisStore
import Synchronization

@testable import Web

/// A browser with a login and cookies, in front of a dashboard.
final class Visitor: Sendable {
    let server: LiveServer
    private let login: String?
    private let jar = Mutex<[String: String]>([:])
    private let extra: HTTPFields

    init(_ server: LiveServer, login: String? = "admin:se:cret", headers: HTTPFields = [:]) {
        self.server = server
        self.login = login
        extra = headers
    }

    var cookies: [String: String] {
        get { jar.withLock { $0 } }
        set { jar.withLock { $0 = newValue } }
    }

    func headers(_ more: HTTPFields = [:]) -> HTTPFields {
        var fields: HTTPFields = [.accept: "text/html,application/xhtml+xml"]
        if let login { fields[.authorization] = "Basic " + Data(login.utf8).base64EncodedString() }
        let cookies = cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        if !cookies.isEmpty { fields[.cookie] = cookies }
        for field in extra { fields[field.name] = field.value }
        for field in more { fields[field.name] = field.value }
        return fields
    }

    private func keepCookies(_ response: LiveResponse) {
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if cookie.contains("Max-Age=0") { cookies[pair[0]] = nil } else { cookies[pair[0]] = pair[1] }
        }
    }

    @discardableResult
    func get(_ path: String, _ more: HTTPFields = [:]) async throws -> LiveResponse {
        let response = try await server.get(path, headers(more))
        keepCookies(response)
        return response
    }

    @discardableResult
    func send(_ method: HTTPRequest.Method, _ path: String, form: [(String, String)] = [], _ more: HTTPFields = [:]) async throws -> LiveResponse {
        var fields = headers(more)
        fields[.contentType] = "application/x-www-form-urlencoded"
        let body = form.map { "\(QueryString.encode($0.0))=\(QueryString.encode($0.1))" }.joined(separator: "&")
        let response = try await server.send(method, path, fields, Array(body.utf8))
        keepCookies(response)
        return response
    }

    /// Posts with the token of this browser; opens the index first when it has none.
    @discardableResult
    func post(_ path: String, _ form: [(String, String)] = [], _ more: HTTPFields = [:]) async throws -> LiveResponse {
        if cookies["sentiero_csrf"] == nil { try await get("\(mount)/") }
        return try await send(.post, path, form: form + [("csrf_token", cookies["sentiero_csrf"] ?? "")], more)
    }

    var mount: String { "" }
}

extension LiveServer {
    /// A server with a login, for one test.
    static func dashboard(
        _ configure: @Sendable (inout WebConfiguration) -> Void = { _ in }, _ test: @Sendable @escaping (LiveServer, Visitor) async throws -> Void
    ) async throws {
        try await run { configuration in
            configuration.basicAuth = BasicCredentials("admin:se:cret")
            configure(&configuration)
        } _: { server in
            try await test(server, Visitor(server))
        }
    }

    func rowExists(_ session: String, project: String = "default") async throws -> Bool {
        try await SessionStore(redis: store, keys: keys).find(session, project: project).row != nil
    }
}
