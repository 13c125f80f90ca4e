import Crypto
import Foundation

/// The operator's keys: the first wraps new data keys, all of them unwrap (rotation).
///
/// A wrapped key is the master key's id (8 hex digits), then the sealed data key: 68 bytes.
public struct MasterKeys: Sendable {
    private struct Master: Sendable {
        let id: String
        let key: DataKey
    }

    static let idLength = 8
    private let masters: [Master]
    private let current: Master

    /// - Parameter texts: base64 of 32 bytes each, the current one first.
    /// - Throws: `MasterKeyError` naming the place of the bad one, never its text.
    public init(_ texts: [String]) throws(MasterKeyError) {
        var masters: [Master] = []
        for (index, text) in texts.enumerated() {
            guard let bytes = Data(base64Encoded: text) else { throw .notBase64(position: index + 1) }
            guard bytes.count == DataKey.byteCount else { throw .wrongLength(position: index + 1, bytes: bytes.count) }
            let id = Self.id(ofKey: bytes)
            guard !masters.contains(where: { $0.id == id }) else { throw .repeated(position: index + 1) }
            masters.append(Master(id: id, key: DataKey(key: SymmetricKey(data: bytes))))
        }
        guard let first = masters.first else { throw .none }
        current = first
        self.masters = masters
    }

    /// Of the key that wraps new data keys.
    public var currentID: String { current.id }
    /// The current one first.
    public var ids: [String] { masters.map(\.id) }

    /// First 8 hex digits of SHA-256 of the key: tells keys apart, says nothing about them.
    private static func id(ofKey bytes: Data) -> String {
        let hex = SHA256.hash(data: bytes).prefix(idLength / 2).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return hex.joined()
    }

    func wrap(_ key: DataKey, owner: [UInt8]) throws(KeyFault) -> [UInt8] {
        let bytes = key.key.withUnsafeBytes { Array($0) }
        return try current.key.seal(bytes, after: Array(current.id.utf8), owner: owner)
    }

    func unwrap(_ wrapped: [UInt8], owner: [UInt8]) throws(KeyFault) -> DataKey {
        guard let id = Self.id(ofWrapped: wrapped) else { throw .damaged }
        guard let master = masters.first(where: { $0.id == id }) else { throw .unknownMaster(id) }
        let bytes = try master.key.open(wrapped[Self.idLength...], owner: owner)
        return DataKey(key: SymmetricKey(data: bytes))
    }

    /// Seals a short text with the current master key itself: for what has no data key, because no session's end is its end.
    func seal(_ plain: [UInt8], owner: [UInt8]) throws(KeyFault) -> [UInt8] {
        try current.key.seal(plain, after: Array(current.id.utf8), owner: owner)
    }

    func open(_ sealed: [UInt8], owner: [UInt8]) throws(KeyFault) -> [UInt8] {
        guard sealed.count > Self.idLength + DataKey.overhead else { throw .damaged }
        let id = String(decoding: sealed[..<Self.idLength], as: UTF8.self)
        guard let master = masters.first(where: { $0.id == id }) else { throw .unknownMaster(id) }
        return try master.key.open(sealed[Self.idLength...], owner: owner)
    }

    /// The id of the master key that wrapped it; nil when it is no wrapped key.
    static func id(ofWrapped wrapped: [UInt8]) -> String? {
        guard wrapped.count == idLength + DataKey.byteCount + DataKey.overhead else { return nil }
        let id = wrapped[..<idLength]
        guard id.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) })
        else { return nil }
        return String(decoding: id, as: UTF8.self)
    }
}

/// Why a list of master keys cannot be used. Carries no part of a key.
public enum MasterKeyError: Error, Equatable, Sendable, CustomStringConvertible {
    case none
    /// Positions count from 1.
    case notBase64(position: Int)
    case wrongLength(position: Int, bytes: Int)
    case repeated(position: Int)

    public var description: String {
        switch self {
        case .none: "holds no key"
        case .notBase64(let position): "key \(position) is not base64; make one with: openssl rand -base64 32"
        case .wrongLength(let position, let bytes): "key \(position) has \(bytes) bytes instead of 32; make one with: openssl rand -base64 32"
        case .repeated(let position): "key \(position) is there twice"
        }
    }
}
