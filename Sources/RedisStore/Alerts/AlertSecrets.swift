import Foundation
public import Ingest

/// Keeps what signs webhooks from whoever reads Redis: sealed with the master key, where there is one.
public struct AlertSecrets: Sendable {
    private let masters: MasterKeys?

    /// - Parameter masters: nil where nothing is encrypted; secrets are then stored as they are.
    public init(masters: MasterKeys?) { self.masters = masters }

    /// The channel as it is stored.
    public func sealed(_ channel: AlertChannel, project: String) throws(KeyFault) -> AlertChannel {
        guard let masters, let secret = channel.secret else { return channel }
        var channel = channel
        let bytes = try masters.seal(Array(secret.utf8), owner: SealOwner.alertSecret(project: project, channel: channel.id))
        channel.sealed = Data(bytes).base64EncodedString()
        channel.secret = nil
        return channel
    }

    /// What signs the webhooks of a channel.
    public func secret(of channel: AlertChannel, project: String) throws(KeyFault) -> String {
        if let secret = channel.secret { return secret }
        guard let sealed = channel.sealed, let bytes = Data(base64Encoded: sealed) else { throw .missing }
        guard let masters else { throw .notConfigured }
        return String(
            decoding: try masters.open([UInt8](bytes), owner: SealOwner.alertSecret(project: project, channel: channel.id)), as: UTF8.self)
    }
}
