import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

@testable import SentieroReporter

/// A real server on a free port that answers as it is told.
final class ReportServer: Sendable {
    enum Answer: Sendable {
        case status(Int, [String: String] = [:])
        /// Nothing until the test ends.
        case hang
        /// 200, and then one byte after the other, without an end.
        case trickle
    }

    struct Received: Sendable {
        let method: String
        let path: String
        let headers: HTTPFields
        let bytes: [UInt8]
        /// Port of the client: the same when the connection is.
        let connection: Int?
        let at: ContinuousClock.Instant

        var body: String { String(decoding: bytes, as: UTF8.self) }
        var payload: [String: ReportValue] { (try? JSONDecoder().decode([String: ReportValue].self, from: Data(body.utf8))) ?? [:] }
        var id: String? { payload["batchId"]?.text }
    }

    struct Context: RequestContext, RemoteAddressRequestContext {
        var coreContext: CoreRequestContextStorage
        let remoteAddress: SocketAddress?

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            remoteAddress = source.channel.remoteAddress
        }
    }

    let gate = Gate()
    let port: Int
    private let script: Mutex<[Answer]>
    private let requests = Mutex<[Received]>([])

    private init(port: Int, script: [Answer]) {
        self.port = port
        self.script = Mutex(script)
    }

    var received: [Received] { requests.withLock { $0 } }
    var endpoint: String { "http://127.0.0.1:\(port)/sentiero/" }

    /// Runs `body` beside a server that gives these answers, in this order, and 200 after them.
    static func with(_ script: [Answer] = [], _ body: @escaping @Sendable (ReportServer) async throws -> Void) async throws {
        let holder = Holder()
        let responder = CallbackResponder<Context> { request, context in
            guard let server = holder.server.withLock({ $0 }) else { return Response(status: .notFound) }
            return try await server.respond(request, context)
        }
        var logger = Logger(label: "server")
        logger.logLevel = .critical
        let application = Application(responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: logger)
        try await application.test(.live) { client in
            guard let port = client.port else { return }
            let server = ReportServer(port: port, script: script)
            holder.server.withLock { $0 = server }
            defer { server.gate.open() }
            try await body(server)
        }
    }

    private final class Holder: Sendable {
        let server = Mutex<ReportServer?>(nil)
    }

    private func respond(_ request: Request, _ context: Context) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        requests.withLock {
            $0.append(
                Received(
                    method: request.method.rawValue, path: request.uri.path, headers: request.headers, bytes: Array(buffer: body),
                    connection: context.remoteAddress?.port, at: .now))
        }
        switch script.withLock({ $0.isEmpty ? .status(200) : $0.removeFirst() }) {
        case .status(let code, let headers):
            var fields = HTTPFields()
            for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
            return Response(status: .init(code: code), headers: fields, body: .init(byteBuffer: ByteBuffer(string: #"{"status":"ok"}"#)))
        case .hang:
            await gate.pass()
            return Response(status: .ok)
        case .trickle:
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for _ in 0..<200 {
                        try await writer.write(ByteBuffer(string: " "))
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    try await writer.finish(nil)
                })
        }
    }
}
