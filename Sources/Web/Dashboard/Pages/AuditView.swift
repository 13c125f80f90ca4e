import Foundation
import Ingest
import RedisStore

/// The audit page's query as the address gives it, and the way back into an address.
struct AuditAddress: Sendable, Equatable {
    var action: AuditAction?
    var actor: String?
    var result: AuditResult?
    var range: TimeRange
    var before: AuditPosition?
    /// Whether the chain is to be checked.
    var checks: Bool

    init(_ query: QueryString) {
        action = query["action"].flatMap(AuditAction.init(rawValue:))
        actor = query.text("actor")
        result = query["result"].flatMap(AuditResult.init(rawValue:))
        range = TimeRange(query)
        before = query["before"].flatMap { AuditPosition($0) }
        checks = query["check"] == "1"
    }

    var isFiltered: Bool { action != nil || actor != nil || result != nil || range.since != nil || range.until != nil }

    /// - Parameter project: entries of no project, such as refused logins, belong to every project's page.
    func filter(project: String) -> AuditFilter {
        var filter = AuditFilter()
        filter.action = action?.rawValue
        filter.actor = actor
        filter.result = result
        filter.projects = [project, nil]
        filter.sinceMs = range.since.map { Int64($0 * 1000) }
        filter.untilMs = range.until.map { Int64($0 * 1000) }
        return filter
    }

    func parameters(before: AuditPosition? = nil) -> [(String, String)] {
        let all: [(String, String?)] = [
            ("action", action?.rawValue), ("actor", actor), ("result", result?.rawValue), ("since", range.sinceText), ("until", range.untilText),
            ("before", before.map { "\($0)" }),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}

/// What the template of the audit page shows.
struct AuditView: Sendable {
    struct Row: Sendable {
        let time: Format.Time
        let actor: String
        let action: String
        let target: String?
        let targetURL: String?
        let ip: String?
        let result: String
        let isOK: Bool
        let details: [Detail]
        let hasDetails: Bool
    }

    struct Detail: Sendable {
        let name: String
        let value: String
    }

    /// What checking the chain found.
    struct Chain: Sendable {
        let isIntact: Bool
        let text: String
        let faults: [String]
    }

    let frame: Frame
    let tabs: [PageTab]
    let formURL: String
    let checkURL: String
    let clearURL: String
    let actions: [SessionsView.Choice]
    let results: [SessionsView.Choice]
    let actor: String
    let since: String
    let until: String
    let retention: String
    let rows: [Row]
    let hasRows: Bool
    let isFiltered: Bool
    let newestURL: String?
    let olderURL: String?
    let hasPager: Bool
    let isCut: Bool
    let chain: Chain?
}

extension AuditView.Row {
    init(_ line: AuditLine, project: String, urls: DashboardURLs) {
        time = Format.time(TimeRange.seconds(line.at, endOfDay: false) ?? Double(line.id.milliseconds) / 1000)
        actor = line.actor ?? "nobody"
        action = AuditView.words(line.action)
        let target = line.target ?? line.path
        self.target = target
        let session = line.target.flatMap { $0.hasPrefix("session:") ? String($0.dropFirst(8)) : nil }
        targetURL = line.project == project ? session.flatMap { Identifier.isValid($0) ? urls.session($0) : nil } : nil
        ip = line.ip
        result = line.result
        isOK = line.result == AuditResult.ok.rawValue
        details = line.detail.filter { !$0.value.isEmpty }.map { AuditView.Detail(name: $0.name, value: $0.value) }
        hasDetails = !details.isEmpty
    }
}

extension AuditView.Chain {
    /// Faults shown; a stream made anew breaks at every line.
    private static let mostFaults = 20

    init(_ reports: [AuditChain.Report]) {
        let lines = reports.reduce(0) { $0 + $1.lines }
        let faults = reports.flatMap(\.faults)
        isIntact = faults.isEmpty
        text =
            faults.isEmpty
            ? "The chain is intact: \(Format.count(lines, "line")), none missing, none changed."
            : "The chain is broken in \(Format.count(faults.count, "place"))."
        self.faults = faults.prefix(Self.mostFaults).map(\.description)
    }
}

extension AuditView {
    /// `list_sessions` as people read it.
    static func words(_ action: String) -> String {
        let text = action.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
