import Foundation
import Ingest
import NIOCore
import NIOPosix
import NIOSSL

/// Hands mail to the operator's server (RFC 5321, 3207, 4954).
struct MailSender: Sendable {
    static let seconds = 30

    let server: MailServer
    var trust = AlertTrust()

    /// - Returns: the server's last word.
    /// - Throws: `DeliveryFailure`, or cancellation.
    func send(_ mail: MailText) async throws -> String {
        do {
            return try await DeliveryFailure.within(seconds: Self.seconds) { try await connectAndSend(mail) }
        } catch let error as DeliveryFailure { throw error } catch let error as CancellationError { throw error } catch {
            throw DeliveryFailure("the mail server cannot be reached: \(error)")
        }
    }

    private func connectAndSend(_ mail: MailText) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(10))
            .connect(host: server.host, port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if server.isSecure { try channel.pipeline.syncOperations.addHandler(tls()) }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var dialogue = MailDialogue(replies: inbound.makeAsyncIterator(), commands: outbound)
            return try await talk(mail, &dialogue, channel.channel)
        }
    }

    private func talk(_ mail: MailText, _ dialogue: inout MailDialogue, _ channel: any Channel) async throws -> String {
        try await dialogue.expect(220)
        var offers = try await dialogue.greet()
        var isSealed = server.isSecure
        if !isSealed, offers.contains("STARTTLS") {
            try await dialogue.say("STARTTLS", expecting: 220)
            // What came in clear after that answer would be taken for the server's sealed word.
            guard dialogue.isEmpty else { throw DeliveryFailure("the mail server spoke before the connection was encrypted") }
            try await channel.eventLoop.submit { try channel.pipeline.syncOperations.addHandler(tls(), position: .first) }.get()
            isSealed = true
            offers = try await dialogue.greet()
        }
        if let user = server.user, let password = server.password {
            guard isSealed || server.isLocal else { throw DeliveryFailure("the mail server offers no encryption, so the password is not sent") }
            try await dialogue.logIn(user, password, offers)
        }
        try await dialogue.say("MAIL FROM:<\(MailText.address(mail.from))>", expecting: 250)
        var refused: [String] = []
        for recipient in mail.to {
            let (code, text) = try await dialogue.ask("RCPT TO:<\(MailText.address(recipient))>")
            if !(250...251).contains(code) { refused.append("\(recipient): \(code) \(text)") }
        }
        guard refused.count < mail.to.count else { throw DeliveryFailure("refused: \(refused.joined(separator: "; "))") }
        try await dialogue.say("DATA", expecting: 354)
        try await dialogue.write(mail.wire)
        let answer = try await dialogue.expect(250)
        _ = try? await dialogue.ask("QUIT")
        return refused.isEmpty
            ? DeliveryFailure.line("250 \(answer)") : DeliveryFailure.line("sent, but refused for \(refused.joined(separator: "; "))")
    }

    private func tls() throws -> NIOSSLClientHandler {
        let context = try NIOSSLContext(configuration: trust.tls)
        let isAddress = (try? SocketAddress(ipAddress: server.host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : server.host)
    }
}

/// Commands and replies, one after the other.
struct MailDialogue {
    private static let longestReply = 65_536

    private var replies: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let commands: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var waiting: [UInt8] = []

    init(replies: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator, commands: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.replies = replies
        self.commands = commands
    }

    /// Nothing more has come.
    var isEmpty: Bool { waiting.isEmpty }

    func write(_ text: String) async throws { try await commands.write(ByteBuffer(string: text)) }

    /// - Parameter command: one line, without its end.
    mutating func ask(_ command: String) async throws -> (code: Int, text: String) {
        try await write(MailText.line(command) + "\r\n")
        let lines = try await reply()
        return (lines.code, lines.text.joined(separator: " "))
    }

    mutating func say(_ command: String, expecting code: Int) async throws {
        let answer = try await ask(command)
        // Never what was said: it may be a password.
        guard answer.code == code else { throw DeliveryFailure("the mail server answered \(answer.code) \(answer.text)") }
    }

    @discardableResult
    mutating func expect(_ code: Int) async throws -> String {
        let answer = try await reply()
        guard answer.code == code else { throw DeliveryFailure("the mail server answered \(answer.code) \(answer.text.joined(separator: " "))") }
        return answer.text.joined(separator: " ")
    }

    /// - Returns: what the server offers, in capitals, a line each.
    mutating func greet() async throws -> [String] {
        try await write("EHLO sentiero.invalid\r\n")
        let answer = try await reply()
        guard answer.code == 250 else { throw DeliveryFailure("the mail server answered \(answer.code) \(answer.text.joined(separator: " "))") }
        return answer.text.dropFirst().map { $0.uppercased() }
    }

    mutating func logIn(_ user: String, _ password: String, _ offers: [String]) async throws {
        let ways = offers.first { $0.hasPrefix("AUTH ") || $0.hasPrefix("AUTH=") }?.dropFirst(5).split(separator: " ") ?? []
        if ways.contains("PLAIN") {
            try await say("AUTH PLAIN \(Data("\0\(user)\0\(password)".utf8).base64EncodedString())", expecting: 235)
        } else if ways.contains("LOGIN") {
            try await say("AUTH LOGIN", expecting: 334)
            try await say(Data(user.utf8).base64EncodedString(), expecting: 334)
            try await say(Data(password.utf8).base64EncodedString(), expecting: 235)
        } else {
            throw DeliveryFailure("the mail server offers neither AUTH PLAIN nor AUTH LOGIN")
        }
    }

    /// A reply of one or more lines.
    private mutating func reply() async throws -> (code: Int, text: [String]) {
        var lines: [String] = []
        while true {
            while let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: waiting[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                waiting.removeSubrange(...end)
                guard let code = Int(line.prefix(3)), line.utf8.count >= 3 else { throw DeliveryFailure("this is no mail server: \(line)") }
                lines.append(String(line.dropFirst(4)))
                if line.dropFirst(3).first != "-" { return (code, lines) }
            }
            guard waiting.count < Self.longestReply, lines.count < 100 else { throw DeliveryFailure("the mail server answers without end") }
            guard let part = try await replies.next() else { throw DeliveryFailure("the mail server closed the connection") }
            waiting += part.readableBytesView
        }
    }
}
