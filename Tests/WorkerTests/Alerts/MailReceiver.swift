import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A real SMTP server, as far as handing in one mail needs it.
final class MailReceiver: Sendable {
    struct Behaviour: Sendable {
        /// Lines after the name in the answer to EHLO.
        var offers = ["8BITMIME", "AUTH LOGIN PLAIN"]
        /// Recipients it does not take.
        var refuses: Set<String> = []
        /// What it says to STARTTLS.
        var startTLS = "220 go ahead\r\n250 injected\r\n"
        /// It has a certificate: from the start, or after STARTTLS.
        var tls: TLS?
    }

    enum TLS: Sendable {
        case fromStart, whenAsked
    }

    private let behaviour: Behaviour
    private let kept = Mutex<(commands: [String], data: String)>(([], ""))

    init(_ behaviour: Behaviour = Behaviour()) { self.behaviour = behaviour }

    var commands: [String] { kept.withLock { $0.commands } }
    /// The mail as it came, dots still stuffed.
    var data: String { kept.withLock { $0.data } }

    func run(_ work: (Int) async throws -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if self.behaviour.tls == .fromStart { try channel.pipeline.syncOperations.addHandler(TestCertificate.serverHandler()) }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.executeThenClose { clients in
                    for try await client in clients { try? await self.serve(client) }
                }
            }
            try await work(server.channel.localAddress?.port ?? 0)
            group.cancelAll()
        }
    }

    private func serve(_ client: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws {
        try await client.executeThenClose { inbound, outbound in
            func say(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
            try await say("220-mail.example\r\n220 ready\r\n")
            var waiting = ""
            var isData = false
            var expectsLogin = 0
            for try await part in inbound {
                // It has no certificate: the handshake fails.
                if behaviour.tls == nil, kept.withLock({ $0.commands.last == "STARTTLS" }) { return }
                waiting += String(buffer: part)
                while let end = waiting.range(of: "\r\n") {
                    let line = String(waiting[..<end.lowerBound])
                    waiting = String(waiting[end.upperBound...])
                    if isData {
                        guard line == "." else {
                            kept.withLock { $0.data += line + "\r\n" }
                            continue
                        }
                        isData = false
                        try await say("250 queued as 1\r\n")
                        continue
                    }
                    kept.withLock { $0.commands.append(line) }
                    let word = line.prefix { $0 != " " && $0 != ":" }
                    switch word {
                    case "EHLO":
                        try await say(
                            (["mail.example"] + behaviour.offers).enumerated().map { "250\($0 < behaviour.offers.count ? "-" : " ")\($1)\r\n" }
                                .joined())
                    case "STARTTLS":
                        try await say(behaviour.startTLS)
                        guard behaviour.tls == .whenAsked else { continue }
                        let channel = client.channel
                        try await channel.eventLoop.submit {
                            try channel.pipeline.syncOperations.addHandler(TestCertificate.serverHandler(), position: .first)
                        }.get()
                    case "AUTH" where line == "AUTH LOGIN":
                        expectsLogin = 2
                        try await say("334 VXNlcm5hbWU6\r\n")
                    case "AUTH": try await say(line.hasSuffix(Data("\0me\0pass word".utf8).base64EncodedString()) ? "235 welcome\r\n" : "535 no\r\n")
                    case "RCPT": try await say(behaviour.refuses.contains { line.contains("<\($0)>") } ? "550 no such\r\n" : "250 ok\r\n")
                    case "MAIL": try await say("250 ok\r\n")
                    case "DATA":
                        isData = true
                        try await say("354 go on\r\n")
                    case "QUIT":
                        try await say("221 bye\r\n")
                        return
                    case _ where expectsLogin > 0:
                        expectsLogin -= 1
                        try await say(expectsLogin == 0 ? "235 welcome\r\n" : "334 UGFzc3dvcmQ6\r\n")
                    default: try await say("500 what\r\n")
                    }
                }
            }
        }
    }
}
