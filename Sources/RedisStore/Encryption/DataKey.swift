import Crypto
import Foundation

/// A key that data is sealed with: AES-256-GCM under a fresh random nonce per seal.
///
/// Sealed bytes are nonce (12), ciphertext, tag (16). The tag also covers what the data belongs to, so that bytes moved to another place do not open.
public struct DataKey: Sendable {
    /// Bytes that sealing adds.
    public static let overhead = 28
    static let byteCount = 32

    let key: SymmetricKey

    /// 256 bits from the system's generator.
    public init() { key = SymmetricKey(size: .bits256) }

    init(key: SymmetricKey) { self.key = key }

    /// - Parameters:
    ///   - leading: clear bytes to put before the nonce.
    ///   - owner: what the data belongs to; needed to open it.
    /// - Throws: `damaged` when the library refuses, which it does for no input of ours.
    public func seal(_ plain: [UInt8], after leading: [UInt8] = [], owner: [UInt8]) throws(KeyFault) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(plain, using: key, authenticating: owner)
            guard let combined = box.combined else { throw KeyFault.damaged }
            var sealed: [UInt8] = []
            sealed.reserveCapacity(leading.count + combined.count)
            sealed.append(contentsOf: leading)
            combined.withUnsafeBytes { sealed.append(contentsOf: $0) }
            return sealed
        } catch { throw .damaged }
    }

    /// - Throws: `damaged` when the bytes were not sealed with this key for this owner.
    public func open(_ sealed: ArraySlice<UInt8>, owner: [UInt8]) throws(KeyFault) -> [UInt8] {
        do { return [UInt8](try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: owner)) } catch { throw .damaged }
    }
}

extension CommitEntry {
    /// What its chunk belongs to, as `DataKey.seal` takes it.
    public var owner: [UInt8] { SealOwner.window(project: project, session: session, window: window) }
    /// What its occurrences of a problem belong to.
    public func owner(ofOccurrence fingerprint: String) -> [UInt8] { SealOwner.occurrence(project: project, fingerprint: fingerprint) }
    /// What its server events of a name belong to.
    public func owner(ofEvent name: String) -> [UInt8] { SealOwner.serverEvent(project: project, name: name) }
}

/// What sealed data belongs to, as its tag covers it: names joined by NUL, which is in none of them.
enum SealOwner {
    /// A stored chunk, or an ingest body.
    static func window(project: String, session: String, window: String) -> [UInt8] { joined(project, session, window) }
    /// A queued report.
    static func report(lane: String, project: String, placement: String) -> [UInt8] { joined("report", lane, project, placement) }
    /// A session's wrapped key. The first word keeps it apart from a chunk.
    static func dataKey(_ session: SessionReference) -> [UInt8] { joined("data-key", session.project, session.session) }
    /// A day's wrapped key.
    static func ingestKey(day: String) -> [UInt8] { joined("ingest-key", day) }
    /// What signs the webhooks of a channel.
    static func alertSecret(project: String, channel: String) -> [UInt8] { joined("alert-secret", project, channel) }

    private static func joined(_ parts: String...) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(0) }
            bytes.append(contentsOf: part.utf8)
        }
        return bytes
    }
}
