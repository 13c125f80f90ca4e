import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// `POST <endpoint>/errors` and `/track`, over connections that are kept open. Redirects are not followed: the ingest key would go with them.
public final class HTTPTransport: ReportTransport {
    /// Of an answer; it is read only so that the connection can be used again.
    private static let answerBytes = 16_384

    private let client: HTTPClient
    private let base: String
    private let ingestKey: String
    private let timeout: Duration

    /// - Parameters:
    ///   - endpoint: `http` or `https`; nil when it is not, or the key cannot stand in a header.
    ///   - connectTimeout: for a connection.
    ///   - readTimeout: without a byte from the server; both together bound the wait for an answer.
    public init?(endpoint: String, ingestKey: String, connectTimeout: Duration = .seconds(2), readTimeout: Duration = .seconds(3)) {
        guard let endpoint = Endpoint(endpoint), Self.isKey(ingestKey) else { return nil }
        let (connectTimeout, readTimeout) = (Self.bounded(connectTimeout), Self.bounded(readTimeout))
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout), read: TimeAmount(readTimeout)))
        // The queue tries again, and says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        base = endpoint.base
        self.ingestKey = ingestKey
        timeout = connectTimeout + readTimeout
    }

    deinit {
        Task.detached { [client] in try? await client.shutdown() }
    }

    public func deliver(_ delivery: Delivery) async throws(DeliveryError) {
        var request = HTTPClientRequest(url: "\(base)/\(delivery.path.rawValue)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "authorization", value: "Bearer \(ingestKey)")
        request.headers.add(name: "user-agent", value: "sentiero-swift/\(ReporterVersion.text)")
        let body = delivery.body
        if let packed = GzipBody.packed(body) {
            request.headers.add(name: "content-encoding", value: "gzip")
            request.body = .bytes(packed)
        } else {
            request.body = .bytes(body)
        }
        let deadline = ContinuousClock.now + timeout
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: TimeAmount(timeout))
        } catch {
            // The error may quote the request; its type says enough.
            throw .temporary(reason: (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))", retryAfter: nil)
        }
        await discard(response.body, until: deadline)
        switch response.status.code {
        case 200..<300: return
        case 408, 429, 500...:
            let wish = response.headers.first(name: "retry-after").flatMap { RetryAfter.duration($0, now: Date()) }
            throw .temporary(reason: "status \(response.status.code)", retryAfter: wish)
        default: throw .rejected(reason: "status \(response.status.code)")
        }
    }

    private static func isKey(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    /// What a clock can count.
    private static func bounded(_ timeout: Duration) -> Duration { min(max(timeout, .milliseconds(1)), .seconds(3600)) }

    /// The status has said everything; what follows may neither hold the worker up nor change the outcome.
    private func discard(_ body: HTTPClientResponse.Body, until deadline: ContinuousClock.Instant) async {
        var count = 0
        do {
            for try await part in body {
                count += part.readableBytes
                if count > Self.answerBytes || ContinuousClock.now > deadline { return }
            }
        } catch {}
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
