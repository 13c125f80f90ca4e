import Foundation
import HTTPTypes
import Ingest
import RedisServerFixture
import RedisStore
import Testing

@testable import Worker

/// What receivers get, and when again (spec 06 section 7).
@Suite struct DeliveryTests {
    /// A new issue, told to a receiver.
    private func tell(_ alerts: AlertBench, port: Int, host: String = "127.0.0.1") async throws {
        try await alerts.channel(port: port, host: host)
        try await alerts.rule()
        try await alerts.part(first: 1_781_360_000_000)
        try await alerts.notice()
        try await alerts.work().dispatch.round(takesAbandoned: false)
    }

    @Test("a worker sends a signed webhook with the facts of the issue")
    func wholeWay() async throws {
        let receiver = WebhookReceiver()
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await alerts.channel(port: port)
                try await alerts.rule()
                try await alerts.part(first: 1_781_360_000_000)
                try await alerts.bench.run(workers: ["one", "two"]) {
                    $0.alerts = AlertOptions(allowsPrivate: true, address: "https://s.example/x")
                } while: {
                    try await alerts.notice()
                    try await alerts.bench.waitUntil { try await alerts.log().first?.state == .delivered }
                }
            }
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.answer == "HTTP 204" && delivery.attempts == 1 && delivery.nextMs == nil)
        }
        #expect(receiver.calls.count == 1)
        let call = try #require(receiver.calls.first)
        #expect(call.isSigned(with: AlertBench.secret) && !call.isSigned(with: "another"))
        #expect(call.path == "/in")
        #expect(call.member("id") as? String == call.delivery)
        #expect(call.member("type") as? String == "issue.new")
        #expect(call.member("occurred_at") as? String != nil)
        #expect(call.member("rule", "name") as? String == "Rule")
        #expect(call.member("issue", "title") as? String == "TypeError: x is <undefined>")
        #expect(call.member("issue", "first_seen") as? String == "2026-06-13T14:13:20Z")
        #expect(call.member("issue", "url") as? String == "https://s.example/x/issues/\(AlertBench.fingerprint)?project=default")
        #expect((call.member("replay", "url") as? String)?.hasPrefix("https://s.example/x/sessions/s1/windows/w1?t=") == true)
    }

    @Test("what fails comes again after 10 s, 1, 5, 30 min, 2 h, 6 h, under the same id, then has failed")
    func retries() async throws {
        let receiver = WebhookReceiver(answers: Array(repeating: .internalServerError, count: 7))
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await tell(alerts, port: port)
                let loop = try alerts.work().delivering
                for (attempt, delay) in RetryPlan.delays.enumerated() {
                    #expect(try await loop.round() == 1)
                    let delivery = try #require(try await alerts.log().first)
                    #expect(delivery.state == .retrying && delivery.attempts == attempt + 1)
                    #expect(delivery.answer == "HTTP 500: said <no>")
                    let expected = Date().timeIntervalSince1970 * 1000 + Double(delay) * 1000
                    #expect(abs(Double(delivery.nextMs ?? 0) - expected) < 9_000)
                    #expect(try await loop.round() == 0, "it is not due yet")
                    try await alerts.hurry()
                }
                #expect(try await loop.round() == 1)
                let delivery = try #require(try await alerts.log().first)
                #expect(delivery.state == .failed && delivery.attempts == 7 && delivery.nextMs == nil)
                try await alerts.hurry()
                #expect(try await loop.round() == 0)
            }
            #expect(alerts.metrics.snapshot.alertDeliveries == ["webhook": ["retry": 6, "failed": 1]])
        }
        #expect(receiver.calls.count == 7)
        #expect(Set(receiver.calls.map(\.delivery)).count == 1)
        #expect(Set(receiver.calls.map(\.body)).count == 1)
        #expect(receiver.calls.allSatisfy { $0.isSigned(with: AlertBench.secret) })
    }

    @Test func redirectsAreNotFollowed() async throws {
        let receiver = WebhookReceiver(answers: [.found])
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await tell(alerts, port: port)
                try await alerts.work().delivering.round()
            }
            #expect(try await alerts.log().first?.answer == "HTTP 302: redirects are not followed")
        }
        #expect(receiver.calls.map(\.path) == ["/in"])
    }

    @Test("private addresses are refused, by name, too", arguments: ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1"])
    func privateAddresses(host: String) async throws {
        let receiver = WebhookReceiver()
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await tell(alerts, port: port, host: host)
                try await alerts.work { $0.allowsPrivate = false }.delivering.round()
            }
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.state == .retrying && delivery.answer.contains("which is no public address: refused"), "\(delivery.answer)")
        }
        #expect(receiver.calls.isEmpty)
    }

    @Test func aNameIsCalledAtTheAddressThatWasChecked() async throws {
        let receiver = WebhookReceiver()
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await tell(alerts, port: port, host: "localhost")
                try await alerts.work().delivering.round()
            }
            #expect(try await alerts.log().first?.state == .delivered)
        }
        #expect(receiver.calls.count == 1)
    }

    @Test("a webhook over TLS needs a certificate that is trusted, for the name that was asked", arguments: ["localhost", "127.0.0.1"])
    func encrypted(host: String) async throws {
        let trust = try TestCertificate.trust()
        try await TestCertificate.serveHTTP { port in
            func send(_ sender: WebhookSender) async throws -> String {
                try await sender.send("{}", id: "d", to: "https://\(host):\(port)/in", secret: AlertBench.secret, atSeconds: 1)
            }
            await #expect(throws: DeliveryFailure.self) { try await send(WebhookSender(allowsPrivate: true)) }
            let answer = try await send(WebhookSender(allowsPrivate: true, trust: trust))
            #expect(answer == "HTTP 204")
        }
    }

    @Test func nobodyThereIsSaidAtOnce() async throws {
        let start = ContinuousClock.now
        let failure = await #expect(throws: DeliveryFailure.self) {
            try await WebhookSender(allowsPrivate: true).send("{}", id: "d", to: "http://127.0.0.1:1/", secret: AlertBench.secret, atSeconds: 1)
        }
        #expect(failure?.answer.hasPrefix("no connection to 127.0.0.1") == true)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func aDeliveryCutOffIsMadeAgainWhenItsLeaseIsOver() async throws {
        let receiver = WebhookReceiver()
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await tell(alerts, port: port)
                // Taken by a worker that dies; then by one whose lease runs out while it works.
                let dead = try await alerts.deliveries.take(8, each: 8, leaseMs: 60_000)
                #expect(dead.count == 1)
                #expect(try await alerts.work().delivering.round() == 0)
                try await alerts.hurry()
                #expect(try await alerts.work().delivering.round() == 1)
                try await alerts.deliveries.finish(try #require(dead.first), .failed, answer: "late", delay: nil)
            }
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.state == .delivered && delivery.answer == "HTTP 204", "who lost it may not speak of it")
        }
        #expect(receiver.calls.count == 1)
    }

    @Test("a receiver that does not answer delays its own deliveries only")
    func slowReceiver() async throws {
        let (slow, quick) = (WebhookReceiver(hangs: true), WebhookReceiver())
        try await withAlerts { alerts in
            try await slow.run { slowPort in
                try await quick.run { quickPort in
                    try await alerts.channel("slow", port: slowPort)
                    try await alerts.channel("quick", port: quickPort)
                    for number in 0..<40 { try await alerts.deliveries.add(alerts.delivery(to: "slow", number)) }
                    for number in 0..<9 { try await alerts.deliveries.add(alerts.delivery(to: "quick", number)) }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        let loop = try alerts.work().delivering
                        group.addTask { await loop.run() }
                        try await alerts.bench.waitUntil { quick.calls.count == 9 }
                        // None of those that hang has come to an end; only two were begun.
                        #expect(slow.calls.count == 2)
                        let log = try await alerts.log()
                        #expect(log.count { $0.channel == "quick" && $0.state == .delivered } >= 8)
                        #expect(log.allSatisfy { $0.channel == "quick" || $0.state == .queued })
                        slow.release()
                        try await alerts.bench.waitUntil { slow.calls.count == 40 }
                        group.cancelAll()
                    }
                }
            }
        }
    }

    @Test("a test that fails is not repeated: who made it sees the answer and makes another")
    func failedTest() async throws {
        let receiver = WebhookReceiver(answers: [.badRequest])
        try await withAlerts { alerts in
            try await receiver.run { port in
                try await alerts.channel(port: port)
                try await alerts.deliveries.add(alerts.delivery(to: "hook", 1, kind: .test))
                try await alerts.work().delivering.round()
            }
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.state == .failed && delivery.attempts == 1 && delivery.nextMs == nil)
            #expect(delivery.answer == "HTTP 400: said <no>")
        }
    }

    @Test("what ends a session takes it out of alerts, those sent and those that wait", arguments: [RemovalReason.erased, .deleted, .purged])
    func erasedSession(reason: RemovalReason) async throws {
        let receiver = WebhookReceiver(answers: [.noContent, .internalServerError])
        try await withAlerts(shards: 4) { alerts in
            let (redis, schema) = (alerts.bench.redis, alerts.bench.schema)
            // The words came from one session, the replay is another's.
            try await alerts.part(first: 1_781_360_000_000)
            _ = try await redis.send(
                RedisCommand("HSET", schema.shard(0).project("default").problem(AlertBench.fingerprint), "title_session", "spoke"))
            try await alerts.rule()
            try await receiver.run { port in
                try await alerts.channel(port: port)
                try await alerts.notice(session: "played")
                try await alerts.work().dispatch.round(takesAbandoned: false)
                try await alerts.deliveries.add(alerts.delivery(to: "hook", 1, sessions: ["played"]))
                try await alerts.deliveries.add(alerts.delivery(to: "hook", 2, sessions: ["another"]))
                try await alerts.work().delivering.round()
            }
            #expect(try await alerts.log().flatMap(\.sessions).sorted() == ["another", "played", "played", "spoke"])
            let removal = try SessionRemoval(client: redis, schema: schema, tombstoneSeconds: 60)
            _ = try await removal.remove("spoke", project: "default", reason: reason)
            let left = try await alerts.log().filter { $0.sessions.isEmpty }
            #expect(left.count == 1 && left.allSatisfy { $0.title.isEmpty && $0.body.isEmpty && $0.fingerprint == AlertBench.fingerprint })
            _ = try await removal.remove("played", project: "default", reason: reason)
            let log = try await alerts.log()
            #expect(log.count == 3 && log.flatMap(\.sessions) == ["another"])
            #expect(log.allSatisfy { $0.sessions == ["another"] || $0.state == .delivered || $0.answer == "the session it tells of was erased" })
            // Of all three one waited at most, and only another's may go on.
            let due = try await redis.send(RedisCommand("ZRANGE", schema.shard(0).alertsDue, 0, -1)).array ?? []
            let waiting = log.filter { $0.state == .retrying || $0.state == .queued }
            #expect(due.count == waiting.count && waiting.allSatisfy { $0.sessions == ["another"] })
            // What no bound keeps in the log has no texts outside of it.
            #expect(try await redis.send(RedisCommand("KEYS", "*alert:delivery:*")).array?.count == log.count)
        }
    }

    @Test("an erasure by time takes what alerts of that time told of no session")
    func erasedTime() async throws {
        try await withAlerts { alerts in
            try await alerts.deliveries.add(alerts.delivery(to: "hook", 1))
            try await alerts.deliveries.add(alerts.delivery(to: "hook", 2, sessions: ["s1"]))
            try await alerts.deliveries.add(alerts.delivery(to: "hook", 3, kind: .test))
            let erasure = try Erasure(client: alerts.bench.redis, schema: alerts.bench.schema, tombstoneSeconds: 60, userKey: "", patienceSeconds: 0)
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            _ = try await erasure.erase(.range(try RemovalRange(sinceMs: now - 200_000, untilMs: now - 100_000)), project: "default")
            #expect(try await alerts.log().allSatisfy { !$0.title.isEmpty })
            _ = try await erasure.erase(.range(try RemovalRange(sinceMs: now - 60_000, untilMs: nil)), project: "default")
            let log = try await alerts.log()
            #expect(log.filter { $0.title.isEmpty }.map(\.state) == [.failed] && log.count == 3)
            #expect(log.allSatisfy { $0.title.isEmpty == ($0.sessions.isEmpty && !$0.isTest) })
        }
    }

    @Test("the log forgets whole deliveries, never one that waits")
    func logBound() async throws {
        try await withAlerts { alerts in
            try await alerts.channel(port: 1)
            let (redis, project) = (alerts.bench.redis, alerts.bench.schema.shard(0).project("default"))
            let first = alerts.delivery(to: "hook", 0)
            try await alerts.deliveries.add(first)
            for number in 1...502 {
                let delivery = alerts.delivery(to: "hook", number)
                try await alerts.deliveries.add(delivery)
                _ = try await redis.send(RedisCommand("HSET", project.alertDelivery(delivery.id), "state", "delivered"))
            }
            #expect(try await alerts.deliveries.find(first.id, project: "default") != nil)
            let kept = try await redis.send(RedisCommand("ZCARD", project.alertLog)).int
            #expect(kept == 501 || kept == 500)
            #expect(try await redis.send(RedisCommand("KEYS", "*alert:delivery:*")).array?.count == kept)
        }
    }

    @Test func aDeletedChannelIsSaid() async throws {
        try await withAlerts { alerts in
            try await tell(alerts, port: 1)
            _ = try await alerts.book.deleteChannel("hook", project: "default")
            #expect(try await alerts.book.contents(project: "default").rules.map(\.channels) == [[]])
            try await alerts.work().delivering.round()
            let delivery = try #require(try await alerts.log().first)
            #expect(delivery.state == .failed && delivery.answer == "the channel was deleted")
        }
    }

    @Test("secrets are sealed where a master key is configured, and for their channel alone")
    func sealing() async throws {
        try await withAlerts { alerts in
            let masters = try MasterKeys([Data(repeating: 7, count: 32).base64EncodedString()])
            let secrets = AlertSecrets(masters: masters)
            let book = AlertBook(redis: alerts.bench.redis, keys: alerts.bench.schema, secrets: secrets)
            try await book.save(AlertChannel(id: "c", name: "C", url: "https://a.example/", secret: "the secret itself"), project: "default")
            let key = alerts.bench.schema.shard(0).project("default").alertChannels
            #expect(try await !(alerts.bench.redis.send(RedisCommand("HGET", key, "c")).string ?? "").contains("the secret"))
            var channel = try #require(try await book.contents(project: "default").channel("c"))
            #expect(try secrets.secret(of: channel, project: "default") == "the secret itself")
            #expect(throws: KeyFault.damaged) { try secrets.secret(of: channel, project: "other") }
            #expect(throws: KeyFault.notConfigured) { try AlertSecrets(masters: nil).secret(of: channel, project: "default") }
            channel.id = "d"
            #expect(throws: KeyFault.damaged) { try secrets.secret(of: channel, project: "default") }
        }
    }

    /// The example of the documentation, run as it stands there.
    @Test func theReceiverOfTheDocumentationChecksTheSignature() async throws {
        let page = try String(contentsOfFile: "docs/alerts.md", encoding: .utf8)
        let code = try #require(page.components(separatedBy: "```python\n").dropFirst().first?.components(separatedBy: "```").first)
        #expect(code.split(separator: "\n").count <= 15)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("receiver-\(UInt32.random(in: 0...UInt32.max)).py")
        try code.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-u", file.path]
        python.environment = ProcessInfo.processInfo.environment.merging(["SECRET": AlertBench.secret, "PORT": "0"]) { $1 }
        python.standardOutput = output
        // The test runner would wait for whoever holds its own.
        python.standardError = FileHandle.nullDevice
        try python.run()
        defer {
            kill(python.processIdentifier, SIGKILL)
            python.waitUntilExit()
        }
        let line = String(decoding: output.readPart() ?? Data(), as: UTF8.self)
        let port = try #require(Int(line.filter(\.isNumber)), "\(line)")
        let sender = WebhookSender(allowsPrivate: true)
        func send(_ secret: String, at seconds: Int64) async throws -> String {
            try await sender.send(#"{"id":"d","type":"test"}"#, id: "d", to: "http://127.0.0.1:\(port)/", secret: secret, atSeconds: seconds)
        }
        let now = Int64(Date().timeIntervalSince1970)
        #expect(try await send(AlertBench.secret, at: now) == "HTTP 204")
        await #expect(throws: DeliveryFailure("HTTP 401")) { try await send("another secret", at: now) }
        await #expect(throws: DeliveryFailure("HTTP 401")) { try await send(AlertBench.secret, at: now - 3_600) }
    }
}
