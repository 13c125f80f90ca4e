/// Tells whether a key was met before in the same object.
///
/// Compares hashes, and says yes when there are more keys than it looks at: a wrong yes only costs that the
/// bytes are written anew.
struct DuplicateKeys {
    private static let maxKeys = 64
    private var hashes: [UInt64] = []

    mutating func removeAll() {
        hashes.removeAll(keepingCapacity: true)
    }

    /// Notes the key; true when it was (or may have been) there.
    mutating func insert(_ key: UnsafeRawBufferPointer) -> Bool {
        let hash = Self.hash(key)
        guard hashes.count < Self.maxKeys else { return true }
        for other in hashes where other == hash { return true }
        hashes.append(hash)
        return false
    }

    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(key.count)
        var index = 0
        while index + 8 <= key.count {
            hash = mix(hash ^ key.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < key.count {
            rest = rest << 8 | UInt64(key[index])
            index += 1
        }
        return mix(hash ^ rest)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
