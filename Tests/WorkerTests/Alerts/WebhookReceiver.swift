import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization

/// A real HTTP server that keeps what it was sent.
final class WebhookReceiver: Sendable {
    struct Call: Sendable {
        let delivery: String
        let signature: String
        let body: String
        let path: String

        /// As a receiver would check it.
        func isSigned(with secret: String) -> Bool {
            let parts = signature.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
            guard parts.count == 2, parts[0].first == "t", parts[1].first == "v1" else { return false }
            let code = HMAC<SHA256>.authenticationCode(for: Data("\(parts[0][1]).\(body)".utf8), using: SymmetricKey(data: Data(secret.utf8)))
            return code.map { String(format: "%02x", $0) }.joined() == parts[1][1]
        }

        func member(_ path: String...) -> Any? {
            var value = try? JSONSerialization.jsonObject(with: Data(body.utf8))
            for name in path { value = (value as? [String: Any])?[name] }
            return value
        }
    }

    private let kept = Mutex<[Call]>([])
    private let answers: Mutex<[HTTPResponse.Status]>
    private let hangs: Mutex<Bool>

    /// - Parameters:
    ///   - answers: one after the other; then 204.
    ///   - hangs: nobody is answered before `release`.
    init(answers: [HTTPResponse.Status] = [], hangs: Bool = false) {
        self.answers = Mutex(answers)
        self.hangs = Mutex(hangs)
    }

    func release() { hangs.withLock { $0 = false } }

    var calls: [Call] { kept.withLock { $0 } }

    /// - Parameter work: gets the port.
    func run(_ work: @escaping @Sendable (Int) async throws -> Void) async throws {
        let router = Router()
        router.post("/**") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            func header(_ name: String) -> String { HTTPField.Name(name).flatMap { request.headers[$0] } ?? "" }
            self.kept.withLock {
                $0.append(
                    Call(delivery: header("Sentiero-Delivery"), signature: header("Sentiero-Signature"), body: body, path: request.uri.path))
            }
            while self.hangs.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
            let status = self.answers.withLock { $0.isEmpty ? .noContent : $0.removeFirst() }
            return Response(
                status: status, headers: status == .found ? [.location: "/elsewhere"] : [:],
                body: ResponseBody(byteBuffer: ByteBuffer(string: status == .noContent ? "" : "said <no>")))
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(configuration: .init(services: [application], logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            do { try await work(port) } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
