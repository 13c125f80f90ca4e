import Foundation
import Ingest
import RedisStore
import Testing

@testable import Worker

/// Mail over a real connection.
@Suite struct MailTests {
    private static func mail(_ text: String = "one\n.two\n", to: [String] = ["a@b.c"]) -> MailText {
        MailText(from: "alerts@s.example", to: to, subject: "Größe\r\nBcc: x@y.z", text: text, id: "d1", atMs: 1_781_360_000_000)
    }

    private func send(_ mail: MailText, to receiver: MailReceiver, login: String = "") async throws -> Result<String, DeliveryFailure> {
        var result = Result<String, DeliveryFailure>.failure(DeliveryFailure("not run"))
        try await receiver.run { port in
            let sender = MailSender(server: try MailServer("smtp://\(login)127.0.0.1:\(port)"))
            do { result = .success(try await sender.send(mail)) } catch let error as DeliveryFailure { result = .failure(error) }
        }
        return result
    }

    @Test func handsInAMail() async throws {
        let receiver = MailReceiver()
        #expect(try await send(Self.mail(), to: receiver) == .success("250 queued as 1"))
        #expect(receiver.commands == ["EHLO sentiero.invalid", "MAIL FROM:<alerts@s.example>", "RCPT TO:<a@b.c>", "DATA", "QUIT"])
        #expect(receiver.data.hasSuffix("\r\n\r\none\r\n..two\r\n"))
        #expect(receiver.data.contains("Message-ID: <d1@s.example>\r\n"))
        #expect(!receiver.data.contains("\r\nBcc:"))
    }

    @Test(arguments: [(["AUTH PLAIN LOGIN"], "AUTH PLAIN"), (["AUTH LOGIN"], "AUTH LOGIN"), (["AUTH CRAM-MD5"], nil)] as [([String], String?)])
    func logsIn(offers: [String], way: String?) async throws {
        let receiver = MailReceiver(MailReceiver.Behaviour(offers: offers))
        let result = try await send(Self.mail(), to: receiver, login: "me:pass%20word@")
        guard let way else {
            #expect(result == .failure(DeliveryFailure("the mail server offers neither AUTH PLAIN nor AUTH LOGIN")))
            return
        }
        #expect(result == .success("250 queued as 1"))
        #expect(receiver.commands.contains { $0.hasPrefix(way) })
    }

    @Test func aWrongPasswordIsNotRepeated() async throws {
        let result = try await send(Self.mail(), to: MailReceiver(), login: "me:hunter2@")
        #expect(result == .failure(DeliveryFailure("the mail server answered 535 no")))
    }

    @Test func saysWhoWasRefused() async throws {
        let some = MailReceiver(MailReceiver.Behaviour(refuses: ["no@b.c"]))
        #expect(try await send(Self.mail(to: ["a@b.c", "no@b.c"]), to: some) == .success("sent, but refused for no@b.c: 550 no such"))
        let all = MailReceiver(MailReceiver.Behaviour(refuses: ["no@b.c"]))
        #expect(try await send(Self.mail(to: ["no@b.c"]), to: all) == .failure(DeliveryFailure("refused: no@b.c: 550 no such")))
        #expect(!all.commands.contains("DATA"))
    }

    /// What is said in clear after STARTTLS must not pass as said under its protection; nor does mail go out when the handshake fails.
    @Test(arguments: ["220 go ahead\r\n250 injected\r\n", "220 go ahead\r\n", "454 not now\r\n"])
    func encryptionIsNotStripped(answer: String) async throws {
        let receiver = MailReceiver(MailReceiver.Behaviour(offers: ["STARTTLS", "AUTH PLAIN"], startTLS: answer))
        guard case .failure = try await send(Self.mail(), to: receiver, login: "me:pass%20word@") else {
            Issue.record("sent in clear")
            return
        }
        #expect(!receiver.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test(
        "over TLS with the operator's own authority, and not without it", arguments: [MailReceiver.TLS.fromStart, .whenAsked],
        ["127.0.0.1", "localhost"])
    func encrypted(tls: MailReceiver.TLS, host: String) async throws {
        let receiver = MailReceiver(MailReceiver.Behaviour(offers: ["STARTTLS", "AUTH PLAIN"], startTLS: "220 go ahead\r\n", tls: tls))
        let trust = try TestCertificate.trust()
        try await receiver.run { port in
            let server = try MailServer("\(tls == .fromStart ? "smtps" : "smtp")://me:pass%20word@\(host):\(port)")
            await #expect(throws: DeliveryFailure.self) { try await MailSender(server: server).send(Self.mail()) }
            #expect(!receiver.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
            #expect(try await MailSender(server: server, trust: trust).send(Self.mail()) == "250 queued as 1")
        }
        #expect(receiver.commands.contains { $0.hasPrefix("AUTH PLAIN") } && receiver.data.contains("Message-ID: <d1@s.example>"))
    }

    @Test("a file that holds no certificate is refused")
    func badAuthority() async throws {
        #expect(throws: AlertTrustError.self) { try AlertTrust(file: "/nowhere.pem") }
        #expect(throws: AlertTrustError.self) { try AlertTrust(file: "/etc/hostname") }
    }

    @Test func aServerThatIsNotThereIsSaid() async throws {
        let sender = MailSender(server: try MailServer("smtp://127.0.0.1:1"))
        await #expect(throws: DeliveryFailure.self) { try await sender.send(Self.mail()) }
    }

    @Test(
        arguments: [
            ("smtp://mail.example", 587, false), ("smtps://u:p@mail.example", 465, true), ("smtp://mail.example:25/", 25, false),
            ("http://mail.example", nil, false),
            ("smtp://", nil, false), ("smtp://u@mail.example", nil, false), ("smtp://u:a/b@mail.example", nil, false), ("mail.example", nil, false),
        ] as [(String, Int?, Bool)])
    func readsAddressesOfServers(text: String, port: Int?, isSecure: Bool) {
        let server = try? MailServer(text)
        #expect(server?.port == port)
        #expect(server?.isSecure ?? false == isSecure)
    }

    @Test func deliversToAMailChannel() async throws {
        let receiver = MailReceiver()
        try await withAlerts { alerts in
            try await alerts.book.save(AlertChannel(id: "team", name: "Team", recipients: ["a@b.c", "d@e.f"]), project: "default")
            try await alerts.rule { $0.channels = ["team"] }
            try await alerts.part(first: 1_000)
            try await alerts.notice()
            let none = try alerts.work()
            try await none.dispatch.round(takesAbandoned: false)
            try await none.delivering.round()
            #expect(try await alerts.log().first?.answer == "SENTIERO_SMTP_URL is not set on this worker")
            try await alerts.hurry()
            try await receiver.run { port in
                let server = try MailServer("smtp://127.0.0.1:\(port)")
                try await alerts.work { $0.mail = server }.delivering.round()
            }
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.state == .delivered && delivery.attempts == 2)
            #expect(receiver.data.contains("Sentiero-Delivery: \(delivery.id)\r\n"))
        }
        #expect(receiver.commands.filter { $0.hasPrefix("RCPT") }.count == 2)
        #expect(receiver.data.contains("Subject: [Sentiero] New issue in default: TypeError: x is <undefined>"))
        #expect(receiver.data.contains("Issue: https://s.example/issues/"))
    }
}
