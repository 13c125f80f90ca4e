import Foundation
import Ingest
import Worker

extension Settings {
    /// - Throws: `CommandFailure` for redaction settings that cannot be used.
    func worker() throws -> WorkerConfiguration {
        let retention = integer("retention_period") ?? 0
        var worker = WorkerConfiguration(
            workerID: text("worker_id") ?? Self.workerName,
            limits: envelopeLimits,
            redaction: try redaction(),
            eventFilter: try eventFilter(),
            retentionSeconds: retention == 0 ? nil : retention,
            sessionMaxAgeSeconds: integer("session_max_age") ?? 604_800,
            maxEventsPerSession: integer("max_events_per_session"),
            maxBytesPerSession: integer("max_bytes_per_session"),
            maxSessions: integer("max_sessions"),
            retentionErrorsSeconds: integer("retention_errors"),
            maxProblems: integer("max_problems") ?? 5_000,
            maxOccurrencesPerProblem: integer("max_occurrences_per_problem") ?? 100,
            maxServerEvents: integer("max_server_events") ?? 50_000,
            defaultPlatform: text("default_platform") ?? "ruby",
            anonymizesIP: flag("anonymize_ip"),
            capturesErrors: flag("capture_errors"),
            userKey: text("user_key") ?? "",
            aofRewriteSeconds: integer("aof_rewrite_interval")
        )
        worker.alerts = try alerts()
        return worker
    }

    private func eventFilter() throws -> EventFilterSettings? {
        guard let line = text("event_filter"), !line.allSatisfy(\.isWhitespace) else { return nil }
        do throws(EventFilterCommandError) {
            return EventFilterSettings(command: try EventFilterCommand(line), timeoutMs: integer("event_filter_timeout_ms") ?? 2_000)
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_EVENT_FILTER \(error.description).")
        }
    }

    /// What is redacted. Also checked by the web tier, whose recorder is told the same.
    func redaction() throws -> RedactionSettings {
        do throws(RedactionSettingsError) {
            return try RedactionSettings(
                urlMode: text("redaction_url_mode"),
                urlParamAllowlist: list("redaction_url_param_allowlist"),
                urlParamDenylist: list("redaction_url_param_denylist"),
                disabledPatterns: list("redaction_disabled_patterns"),
                domPatterns: list("redaction_dom_patterns"),
                customPatterns: list("redaction_custom_patterns"),
                checksCards: flag("redaction_card_check")
            )
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_REDACTION_\(error.option.uppercased()): \(error.description)")
        }
    }

    /// Unique among live workers: in containers every process may be number 1, so a host name alone or with it is not enough.
    private static var workerName: String {
        let host = ProcessInfo.processInfo.hostName.prefix(40)
        return "\(host)-\(ProcessInfo.processInfo.processIdentifier)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
    }
}
