/// Where alerts go (spec 06 section 7).
public struct AlertChannel: Sendable, Equatable, Identifiable, Codable {
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case webhook, email
    }

    public static let shortestSecret = 16
    public static let mostRecipients = 20

    public var id: String
    public var kind: Kind
    public var name: String
    /// Webhook: where to.
    public var url: String?
    /// Webhook: what signs. As text, or sealed in base64 (`RedisStore.AlertSecrets`). Never shown.
    public var secret: String?
    public var sealed: String?
    /// E-mail: to whom.
    public var recipients: [String]?

    public init(id: String, name: String, url: String, secret: String?) {
        (self.id, self.kind, self.name, self.url, self.secret) = (id, .webhook, name, url, secret)
    }

    public init(id: String, name: String, recipients: [String]) {
        (self.id, self.kind, self.name, self.recipients) = (id, .email, name, recipients)
    }

    /// What is wrong with it, in the order of the form.
    /// - Parameter allowsPrivate: addresses of the own network may be named.
    public func faults(allowsPrivate: Bool) -> [AlertFault] {
        AlertFault.ofName(name) + (kind == .webhook ? webhookFaults(allowsPrivate) : mailFaults)
    }

    private func webhookFaults(_ allowsPrivate: Bool) -> [AlertFault] {
        var faults: [AlertFault] = []
        do throws(AlertFault) {
            let address = try WebhookURL(url ?? "")
            if !allowsPrivate, address.isAddress, !AddressRule.isPublic(address.host) {
                faults.append(
                    AlertFault(
                        "url", "\(address.host) is a private address. Webhooks go to public ones, unless SENTIERO_ALERT_ALLOW_PRIVATE is true."))
            }
        } catch { faults.append(error) }
        if sealed == nil, (secret ?? "").utf8.count < Self.shortestSecret {
            faults.append(
                AlertFault("secret", "Give a secret of at least \(Self.shortestSecret) characters, such as what openssl rand -hex 32 prints."))
        } else if (secret ?? "").utf8.count > 256 {
            faults.append(AlertFault("secret", "At most 256 characters."))
        }
        return faults
    }

    private var mailFaults: [AlertFault] {
        let all = recipients ?? []
        if all.isEmpty { return [AlertFault("recipients", "Name at least one address.")] }
        if all.count > Self.mostRecipients { return [AlertFault("recipients", "At most \(Self.mostRecipients) addresses; use a list for more.")] }
        return all.filter { !MailAddress.isValid($0) }.prefix(1).map { AlertFault("recipients", "“\($0)” is no e-mail address.") }
    }
}

/// An address mail can be sent to or from. Stricter than the standard: no quotes, no comments, ASCII, so that nothing of it can end a command or a header.
public enum MailAddress {
    public static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, (1...64).contains(parts[0].count), parts[1].count >= 1 else { return false }
        let isLocal = parts[0].allSatisfy { Identifier.isAllowed($0) || ".!#$%&'*+/=?^`{|}~".utf8.contains($0) }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return isLocal && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy { Identifier.isAllowed($0) && $0 != UInt8(ascii: "_") } }
    }
}
