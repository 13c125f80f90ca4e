import AsyncHTTPClient
import Foundation
import Ingest
import NIOCore
import NIOHTTP1
import NIOPosix
import RedisStore

/// Calls webhooks: the address that was checked and no other, no redirect, ten seconds.
struct WebhookSender: Sendable {
    static let seconds = 10

    let allowsPrivate: Bool
    var trust = AlertTrust()

    /// - Returns: what the receiver answered.
    /// - Throws: `DeliveryFailure`, or cancellation.
    func send(_ body: String, id: String, to text: String, secret: String, atSeconds: Int64) async throws -> String {
        let url: WebhookURL
        do throws(AlertFault) { url = try WebhookURL(text) } catch { throw DeliveryFailure(error.message) }
        return try await DeliveryFailure.within(seconds: Self.seconds) {
            var request = HTTPClientRequest(url: url.text)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.headers.add(name: "User-Agent", value: "Sentiero")
            request.headers.add(name: AlertSignature.deliveryHeader, value: id)
            request.headers.add(name: AlertSignature.header, value: AlertSignature.value(body: body, secret: secret, atSeconds: atSeconds))
            request.body = .bytes(ByteBuffer(string: body))
            return try await call(request, of: url)
        }
    }

    private func call(_ request: HTTPClientRequest, of url: WebhookURL) async throws -> String {
        let address = try await address(of: url)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(Int64(Self.seconds))))
        configuration.httpVersion = .http1Only
        configuration.tlsConfiguration = trust.tls
        // The plan of retries is ours.
        configuration.connectionPool.retryConnectionEstablishment = false
        if !url.isAddress { configuration.dnsOverride = [url.host: address] }
        // A client of its own: no connection to an address of another time is used again.
        let client = HTTPClient(eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
        let result: Result<String, any Error>
        do {
            let response = try await client.execute(request, timeout: .seconds(Int64(Self.seconds)))
            let status = "HTTP \(response.status.code)"
            if (200..<300).contains(response.status.code) {
                result = .success(status)
            } else {
                let said = (300..<400).contains(response.status.code) ? "redirects are not followed" : await Self.start(of: response.body)
                result = .failure(DeliveryFailure(said.isEmpty ? status : "\(status): \(said)"))
            }
        } catch let error as HTTPClientError {
            result = .failure(DeliveryFailure("no answer: \(error.shortDescription)"))
        } catch is NIOConnectionError {
            result = .failure(DeliveryFailure("no connection to \(address)"))
        } catch let error as IOError {
            result = .failure(DeliveryFailure("no connection to \(address): \(String(cString: strerror(error.errnoCode)))"))
        } catch let error where !(error is CancellationError) {
            result = .failure(DeliveryFailure("no connection to \(address): \(error)"))
        } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    /// Every address of the host is checked, for the next look-up may give another of them.
    private func address(of url: WebhookURL) async throws -> String {
        let addresses = url.isAddress ? [url.host] : await HostAddresses.lookUp(url.host, timeoutMs: 5_000)
        guard let first = addresses.first(where: { !$0.contains(":") }) ?? addresses.first else {
            throw DeliveryFailure("\(url.host) has no address")
        }
        if !allowsPrivate, let own = addresses.first(where: { !AddressRule.isPublic($0) }) {
            throw DeliveryFailure("\(url.host) leads to \(own), which is no public address: refused")
        }
        return first
    }

    /// What a person may want to read of an answer.
    private static func start(of body: HTTPClientResponse.Body) async -> String {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                bytes += part.readableBytesView.prefix(512 - bytes.count)
                if bytes.count >= 512 { break }
            }
        } catch { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
