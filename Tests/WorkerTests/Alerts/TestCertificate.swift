import Foundation
import NIOCore
import NIOPosix
import NIOSSL

@testable import Worker

/// Its own authority, for localhost and 127.0.0.1, until 2126; made for these tests (`openssl req -x509 -addext subjectAltName=…`).
enum TestCertificate {
    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUNZLGN0z6kOZQzhDZ8/kqcP3TVA0wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbWFpbC50ZXN0MCAXDTI2MTIwMTA0MTgxNloYDzIxMjYxMTA3
        MDQxODE2WjAUMRIwEAYDVQQDDAltYWlsLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASgai+LRGN2knFg3abWmiCYo/Yp8/XHjqsB54IdE+4VmY4mtFZC/o80
        4kbCBMO+eBDdo+IQtdhK6oPh3YBL+enIo28wbTAdBgNVHQ4EFgQUyrVeJSI0Wflz
        8UDkcDqiLgSt170wHwYDVR0jBBgwFoAUyrVeJSI0Wflz8UDkcDqiLgSt170wGgYD
        VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
        zj0EAwIDSAAwRQIgEPF1a4PWtfwVHdf4dPtqbbSawmWfxk5MRuKyiKjpqNICIQCH
        rL50yEkc86/yS26iXczjKU5Iz4cV4sV1YscEpkrMXQ==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWZuxMHWTeCiBZZ9t
        fNa16sBGZhnS3Xs3DkrshpUwx9ShRANCAASgai+LRGN2knFg3abWmiCYo/Yp8/XH
        jqsB54IdE+4VmY4mtFZC/o804kbCBMO+eBDdo+IQtdhK6oPh3YBL+enI
        -----END PRIVATE KEY-----
        """

    static func serverHandler() throws -> NIOSSLServerHandler {
        let certificate = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        return NIOSSLServerHandler(
            context: try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: certificate, privateKey: .privateKey(key))))
    }

    /// Trusts it, as an operator would.
    static func trust() throws -> AlertTrust {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UInt32.random(in: 0...UInt32.max)).pem")
        try pem.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try AlertTrust(file: file.path)
    }

    /// A server that answers one HTTP request per connection with 204, over TLS.
    static func serveHTTP(_ work: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(serverHandler())
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { clients in
                    for try await client in clients {
                        try? await client.executeThenClose { inbound, outbound in
                            for try await _ in inbound { try await outbound.write(ByteBuffer(string: "HTTP/1.1 204 No Content\r\n\r\n")) }
                        }
                    }
                }
            }
            try await work(server.channel.localAddress?.port ?? 0)
            group.cancelAll()
        }
    }
}
