import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore

@testable import Web

/// Only the asset routes, without Redis.
struct AssetServer: Sendable {
    let port: Int

    static func run(assets: Assets, _ test: @Sendable @escaping (AssetServer) async throws -> Void) async throws {
        let router = Router(context: WebContext.self)
        router.add(middleware: AccessLog(metrics: WebMetrics()))
        router.add(middleware: AssetRoutes(mount: "", assets: assets))
        try await Application(router: router).test(.live) { client in
            try await test(AssetServer(port: client.port ?? 0))
        }
    }

    func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> LiveResponse { try await send(.get, path, headers) }

    func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:]) async throws -> LiveResponse {
        try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
            let response = try await client.execute(.init(path, method: method, authority: "localhost", headers: headers, body: nil))
            return LiveResponse(status: response.status, headers: response.headers, bytes: response.body.map { Array($0.readableBytesView) } ?? [])
        }
    }
}
