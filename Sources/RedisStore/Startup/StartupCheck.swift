/// Looks at Redis before a process relies on it; also what `sentiero doctor` prints.
public struct StartupCheck: Sendable {
    private let client: RedisClient
    private let schema: KeySchema

    public init(client: RedisClient, schema: KeySchema) {
        self.client = client
        self.schema = schema
    }

    /// Everything that was found, in the order of reading.
    /// - Parameter writesLayout: records shards and partitions when this is the first start. `doctor` only looks.
    public func findings(writesLayout: Bool = true) async -> [StartupFinding] {
        do throws(RedisError) {
            try await client.connect()
            var findings = [StartupFinding("connection", .ok, client.configuration.description)]
            findings += try await ServerFacts.read(from: client).findings
            findings.append(await guarded("slots") { () async throws(RedisError) in try await slots() })
            findings.append(
                await guarded("layout") { () async throws(RedisError) in
                    try await LayoutCheck(client: client, schema: schema).finding(writes: writesLayout)
                })
            findings.append(await guarded("scripts") { () async throws(RedisError) in try await scripts() })
            findings.append(
                await guarded("permissions") { () async throws(RedisError) in
                    try await AccessCheck(client: client, schema: schema).finding()
                })
            return findings
        } catch {
            return [StartupFinding("connection", .failure, "\(client.configuration): \(error)")]
        }
    }

    /// - Returns: the findings, none of them a failure.
    /// - Throws: the failures.
    public func require() async throws(StartupRefusal) -> [StartupFinding] {
        let findings = await findings()
        let failures = findings.filter { $0.status == .failure }
        guard failures.isEmpty else { throw StartupRefusal(failures: failures) }
        return findings
    }

    private func guarded(_ name: String, _ body: () async throws(RedisError) -> StartupFinding) async -> StartupFinding {
        do throws(RedisError) { return try await body() } catch { return StartupFinding(name, .failure, error.description) }
    }

    /// A node of a cluster answers MOVED for slots it does not serve.
    private func slots() async throws(RedisError) -> StartupFinding {
        let replies = try await client.send(schema.allShards.map { RedisCommand("EXISTS", $0.outcomes, isIdempotent: true) })
        for reply in replies { _ = try reply.get() }
        return StartupFinding("slots", .ok, "all shards are served here")
    }

    private func scripts() async throws(RedisError) -> StartupFinding {
        do { try Scripts.check() } catch { return StartupFinding("scripts", .failure, error.description) }
        let scripts = Scripts.all
        let replies = try await client.send(scripts.map(\.loading))
        for (script, reply) in zip(scripts, replies) {
            if let error = reply.error { return StartupFinding("scripts", .failure, "\(script.name): \(error.message)") }
            guard reply.string == script.sha1 else {
                return StartupFinding("scripts", .failure, "\(script.name): Redis computes another digest")
            }
        }
        return StartupFinding("scripts", .ok, "\(scripts.count) scripts loaded")
    }
}
