import Ingest
import Worker

extension Settings {
    /// - Throws: `CommandFailure` for addresses that cannot be used.
    func alerts() throws -> AlertOptions {
        var alerts = AlertOptions()
        alerts.allowsPrivate = flag("alert_allow_private")
        alerts.address = try Self.withoutTrailingSlash(text("public_url") ?? "") + mount()
        if let from = text("alert_from") { alerts.from = from }
        guard MailAddress.isValid(alerts.from) else { throw CommandFailure(.wrongUse, "SENTIERO_ALERT_FROM must be a mail address.") }
        if let file = text("alert_ca_file"), !file.isEmpty {
            do throws(AlertTrustError) { alerts.trust = try AlertTrust(file: file) } catch {
                throw CommandFailure(.wrongUse, "SENTIERO_ALERT_CA_FILE \(error).")
            }
        }
        guard let server = text("smtp_url"), !server.isEmpty else { return alerts }
        do throws(MailServerError) { alerts.mail = try MailServer(server) } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_SMTP_URL \(error).")
        }
        return alerts
    }
}
