/// Reads the reports of servers: checks them in the order of spec 01 sections 1.7 and 1.8, redacts and bounds what they hold.
///
/// Pure: the edge, which answers, and the worker, which stores, get the same from the same body.
public struct ReportReader: Sendable {
    let redactor: Redactor
    let anonymizesIP: Bool
    let fingerprints: FingerprintRules

    /// - Parameter anonymizesIP: network addresses lose the part that names a household.
    public init(redactor: Redactor, anonymizesIP: Bool = true, fingerprints: FingerprintRules = FingerprintRules()) {
        self.redactor = redactor
        self.anonymizesIP = anonymizesIP
        self.fingerprints = fingerprints
    }

    /// Reads the body of `POST /errors`.
    ///
    /// - Parameters:
    ///   - body: inflated, see ``ReportBody``.
    ///   - receivedMs: the server's time, ms since 1970.
    public func error(_ body: [UInt8], project: String, receivedMs: Int64) throws(ReportRejection) -> ErrorReport {
        throw .invalidJSON
    }

    /// Reads the body of `POST /track`.
    public func serverEvent(_ body: [UInt8], receivedMs: Int64) throws(ReportRejection) -> ServerEventReport {
        throw .invalidJSON
    }
}
