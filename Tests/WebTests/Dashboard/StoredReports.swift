import Ingest
import RedisStore

@testable import Web

extension LiveServer {
    /// An occurrence as the commit script leaves it (docs/errors.md).
    /// - Parameter members: of the document, after its own.
    func report(
        exception fingerprint: String, class name: String = "KeyError", message: String = "no id", at: Int64, session: String, window: String = "",
        frame: String = "app/cart.rb:1", of members: String = "", version: String = "1"
    ) async throws {
        let document = #"""
            {"exception_class":"\#(name)","message":"\#(message)","backtrace":["\#(frame)"],"context":"{\"path\":\"/cart\"}"\#(members)}
            """#
        let names = keys.project("default", ofSession: session)
        let reply = try await store.send(
            RedisCommand(
                "XADD", names.occurrences(fingerprint), "*", "v", version, "at", at, "session", session, "window", window, "z",
                Payloads.gzip(document)))
        _ = try await store.send(RedisCommand("HSET", names.reports(session), "p:" + fingerprint, "- " + (reply.string ?? "")))
    }

    /// A server event as the commit script leaves it.
    /// - Returns: its id.
    func report(event name: String, level: String = "info", at: Int64, session: String, payload: String = "") async throws -> String {
        let names = keys.project("default", ofSession: session)
        let reply = try await store.send(
            RedisCommand(
                "XADD", names.track, "*", "v", "1", "name", name, "level", level, "at", at, "session", session, "z",
                payload.isEmpty ? [] : Payloads.gzip(payload)))
        let id = reply.string ?? ""
        let known = try await store.send(RedisCommand("HGET", names.reports(session), "track")).string.map { $0 + " " } ?? ""
        _ = try await store.send(RedisCommand("HSET", names.reports(session), "track", known + id))
        return "\(keys.place(project: "default", session: session).shard)-\(id)"
    }
}
