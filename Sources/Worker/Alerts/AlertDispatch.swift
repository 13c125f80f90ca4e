import Ingest
import Logging
import RedisStore

/// Turns notices into deliveries. Any worker may, and a notice may come twice: what is done for it is done once.
struct AlertDispatch: Sendable {
    let notices: AlertNotices
    let problems: ProblemStore
    let rulebook: AlertRulebook
    let deliveries: AlertDeliveries
    let links: AlertLinks
    let clock: WallClock
    let logger: Logger

    /// Takes what is new, and now and then what another worker left unfinished.
    func run() async {
        var rounds = 0
        while !Task.isCancelled {
            do throws(RedisError) {
                try await round(takesAbandoned: rounds.isMultiple(of: 30))
            } catch {
                if !Task.isCancelled { logger.warning("alerts wait: \(error)") }
            }
            rounds += 1
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// - Parameter abandonedMs: how long ago somebody took a notice and has not finished it.
    func round(takesAbandoned: Bool, abandonedMs: Int = 60_000) async throws(RedisError) {
        if takesAbandoned { try await handle(try await notices.abandoned(idleMs: abandonedMs, limit: 100)) }
        try await handle(try await notices.next(limit: 100))
    }

    /// One that cannot be handled, for a key of its problem is broken perhaps, holds up no other; it comes again.
    private func handle(_ found: [AlertNotice]) async throws(RedisError) {
        for notice in found {
            do throws(RedisError) { try await handle(notice) } catch {
                guard !error.isTransient else { throw error }
                logger.error("a notice for alerts cannot be handled: \(error)")
            }
        }
    }

    func handle(_ notice: AlertNotice) async throws(RedisError) {
        if let occasion = try await problems.occasion(of: notice) {
            try await tell(notice, occasion)
            // Last, for from now on the problem is open and this notice tells nothing more.
            if occasion == .regression { _ = try await problems.noteRegression(of: notice.fingerprint, project: notice.project) }
        }
        try await notices.finish(notice)
    }

    /// Begins the quiet periods and queues the deliveries; both again for the same notice.
    private func tell(_ notice: AlertNotice, _ occasion: AlertRule.Occasion) async throws(RedisError) {
        let book = try await rulebook.contents(project: notice.project)
        let rules = book.rules.filter { $0.enabled && $0.when == occasion && (occasion != .spike || $0.id == notice.rule) }
        guard !rules.isEmpty, let detail = try await problems.find(notice.fingerprint, project: notice.project, nowMs: clock.nowMs()) else { return }
        let newest = try await problems.occurrences(notice.fingerprint, project: notice.project, limit: 1).occurrences.first
        var issue = AlertIssue(detail)
        if occasion != .spike, let environment = newest?.document?.environment { issue.environments = [environment] }
        if occasion == .regression, let release = detail.problem.regressedRelease { issue.release = release }
        let isNewest = notice.session == nil && newest?.session != nil
        let atMs = isNewest ? newest?.atMs ?? notice.atMs : notice.atMs
        let replayed = notice.session ?? newest?.session
        let sessions = detail.problem.textSessions.union([replayed].compactMap { $0 })
        for rule in rules where rule.matches(issue, on: occasion) {
            guard
                try await deliveries.claim(
                    rule: rule.id, fingerprint: issue.fingerprint, project: notice.project, notice: notice.id, quietMinutes: rule.quietMinutes)
            else { continue }
            guard try await deliveries.admits(rule: rule.id, project: notice.project) else {
                logger.warning("the rule \(rule.name) told of \(AlertDeliveries.mostPerRule) issues within ten minutes; an alert is left out")
                continue
            }
            let message = AlertMessage(
                kind: .issue(occasion), atMs: notice.atMs, project: notice.project, ruleID: rule.id, ruleName: rule.name, issue: issue,
                issueURL: links.issue(issue.fingerprint, project: notice.project),
                replayURL: links.replay(
                    replayed, window: isNewest ? newest?.window : notice.window, atMs: atMs, project: notice.project))
            for channel in rule.channels.compactMap(book.channel) {
                try await deliveries.add(AlertDelivery(message, to: channel, notice: notice.id, sessions: sessions))
            }
        }
    }
}

extension AlertIssue {
    init(_ detail: ProblemDetail) {
        let problem = detail.problem
        self.init(
            fingerprint: problem.fingerprint, title: problem.title, exceptionClass: problem.exceptionClass, message: problem.message,
            origin: problem.origin, status: problem.status.rawValue, count: problem.count, users: problem.users, firstSeen: problem.firstSeen,
            lastSeen: problem.lastSeen, release: problem.release, environments: Set(detail.facets["environment", default: []].map(\.value)))
    }
}
