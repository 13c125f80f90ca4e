import ArgumentParser
import Foundation
import RedisStore

/// `sentiero audit`: who saw or changed what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Print the audit log as it is in Redis, newest first. sentiero doctor --audit checks it.")

    @OptionGroup var common: CommonOptions

    @ArgumentParser.Option(help: "Only since then: a day, a time (ISO 8601, UTC), or so many seconds ago.")
    var since: String?

    @ArgumentParser.Option(help: "Only this action, such as delete_session.")
    var action: String?

    @ArgumentParser.Option(help: "Only by this actor: a login's name, cli or system.")
    var actor: String?

    @ArgumentParser.Option(help: "Only of this project.")
    var project: String?

    @ArgumentParser.Option(help: "At most so many.")
    var limit = 100

    func validate() throws {
        if let since, Self.milliseconds(since) == nil { throw ValidationError("--since takes a day, a time or seconds, not \(since).") }
        if let action, AuditAction(rawValue: action) == nil {
            throw ValidationError("There is no action \(action). There are: \(AuditAction.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard limit > 0 else { throw ValidationError("--limit takes a positive number.") }
    }

    func run() async throws {
        let settings = try Settings()
        try settings.checkProject(project)
        let store = try StoreConnection(settings: settings, name: "sentiero-audit")
        defer { store.client.shutdown() }
        var filter = AuditFilter()
        filter.action = action
        filter.actor = actor
        filter.projects = project.map { [$0] }
        filter.sinceMs = since.flatMap(Self.milliseconds)
        let reader = AuditReader(client: store.client, schema: store.keys)
        var found: [AuditLine] = []
        var position: AuditPosition?
        repeat {
            let page = try await store.perform { try await reader.page(filter, before: position, limit: min(500, limit - found.count)) }
            found += page.entries
            position = page.next
        } while position != nil && found.count < limit
        if common.json { return try Console.json(found) }
        if found.isEmpty { Console.complain("There are no such entries.") }
        for line in found { Console.result(Self.text(of: line)) }
    }

    /// Control characters are escaped in the line, and so they are here: a name must not paint the terminal.
    private static func text(of line: AuditLine) -> String {
        var parts = [line.at, line.result, line.action, line.actor ?? "-", line.ip ?? "-", line.project ?? "-", line.target ?? line.path ?? "-"]
        parts += line.detail.map { "\($0.name)=\($0.value)" }
        return parts.joined(separator: "  ").unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : String($0) }.joined()
    }

    private static func milliseconds(_ text: String) -> Int64? {
        if let seconds = Int64(text), seconds >= 0, seconds < 1_000_000_000_000 {
            return Int64(Date.now.timeIntervalSince1970 * 1000) - seconds * 1000
        }
        let day = text.count == 10 ? text + "T00:00:00Z" : text
        let zoned = day.hasSuffix("Z") || day.dropFirst(10).contains(where: { $0 == "+" || $0 == "-" }) ? day : day + "Z"
        guard let date = try? Date(zoned, strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970 * 1000)
    }
}
