import Foundation
import SentieroReporter

func configureReporting() {
    Sentiero.configure {
        $0.endpoint = "https://rec.example.com"  // where Sentiero is mounted
        $0.ingestKey = ProcessInfo.processInfo.environment["SENTIERO_INGEST_KEY"]
        $0.project = "shop"
        $0.environment = "production"
        $0.release = "2.4.1"
        $0.filterKeys = ["iban", .pattern(/^x-internal-/)]
        $0.ignoredErrors = [.type(CancellationError.self), "PaymentError.declined"]
        $0.beforeNotify = { report in
            var report = report
            report.context["region"] = "eu"
            return report  // nil drops it
        }
    }
}
