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
    ///   - endpoint: `http` or `https`; nil when it is not.
    ///   - connectTimeout: for a connection.
    ///   - readTimeout: without a byte from the server; both together bound the wait for an answer.
    public init?(endpoint: String, ingestKey: String, connectTimeout: Duration = .seconds(2), readTimeout: Duration = .seconds(3)) {
        guard let endpoint = Endpoint(endpoint) else { return nil }
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
        request.body = .bytes(delivery.body)
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

/// Where to report to.
struct Endpoint: Hashable {
    /// Without trailing slashes.
    let base: String
    /// Reports and the key would travel readable over a network.
    let isExposed: Bool

    init?(_ text: String) {
        let base = String(text.reversed().drop { $0 == "/" }.reversed())
        guard let url = URL(string: base), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host()?.lowercased(), !host.isEmpty, url.query() == nil, url.fragment() == nil
        else { return nil }
        self.base = base
        isExposed = scheme == "http" && !Self.isLoopback(host.trimmingCharacters(in: ["[", "]"]))
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}

/// The header `Retry-After`: seconds, or a date as HTTP writes it.
enum RetryAfter {
    static func duration(_ text: String, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let seconds = Int(text) { return seconds < 0 ? nil : .seconds(min(seconds, 86_400)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: text) else { return nil }
        return .seconds(min(max(date.timeIntervalSince(now), 0), 86_400))
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
