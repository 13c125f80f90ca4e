import RedisStore
import Testing

extension CommitBench {
    /// Row, window records and streams of a session tell the same.
    func expectConsistent(_ session: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let row = try await row(session)
        var chunks = 0, events = 0, bytes = 0, windows = 0
        for (window, record) in try await hash(project.windows(session)) where !window.contains(":") {
            let stored = try await self.chunks(session, window)
            let n = stored.reduce(0) { $0 + (Int($1["n"] ?? "") ?? 0) }
            let size = stored.reduce(0) { $0 + ($1["z"]?.utf8.count ?? 0) }
            let parts = record.split(separator: " ").map(String.init)
            #expect(Array(parts[..<3]) == ["\(stored.count)", "\(n)", "\(size)"], "\(window)", sourceLocation: sourceLocation)
            #expect(parts[5] == stored.last { $0["full"] == "1" }?["id"] ?? "-", sourceLocation: sourceLocation)
            #expect(parts[6] == stored.first?["id"] && parts[7] == stored.last?["id"], sourceLocation: sourceLocation)
            (chunks, events, bytes, windows) = (chunks + stored.count, events + n, bytes + size, windows + 1)
        }
        let counted = ["chunk_count", "event_count", "byte_count", "window_count"].map { row[$0] ?? "0" }
        #expect(counted == ["\(chunks)", "\(events)", "\(bytes)", "\(windows)"], sourceLocation: sourceLocation)
        if !row.isEmpty {
            #expect(try await send("ZSCORE", project.sessionsByEvents, session).string == "\(events)", sourceLocation: sourceLocation)
        }
    }

    func expectBalanced(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let accounting = try await OutcomeCounters(client: client, schema: schema).read()
        #expect(accounting.isBalanced, "\(accounting)", sourceLocation: sourceLocation)
    }
}
