/// How alerts leave this worker.
public struct AlertOptions: Sendable {
    /// nil: no mail can be sent.
    public var mail: MailServer?
    /// Who mail is from.
    public var from: String
    /// Webhooks may go to addresses of the own network.
    public var allowsPrivate: Bool
    /// Scheme, host and mount under which people reach the dashboard; empty: links are only paths.
    public var address: String
    public var trust: AlertTrust

    public init(
        mail: MailServer? = nil, from: String = "sentiero@localhost", allowsPrivate: Bool = false, address: String = "",
        trust: AlertTrust = AlertTrust()
    ) {
        self.trust = trust
        self.mail = mail
        self.from = from
        self.allowsPrivate = allowsPrivate
        self.address = address
    }
}
