import Foundation
import Synchronization

/// Looks up a host's addresses on a thread of its own: the system's resolver blocks for as long as it likes.
final class HostResolver: Sendable {
    private let result = Mutex<[String]?>(nil)

    /// The address itself when it is numeric.
    static func numeric(_ host: String) -> [String]? {
        var storage = in6_addr()
        return inet_pton(AF_INET, host, &storage) == 1 || inet_pton(AF_INET6, host, &storage) == 1 ? [host] : nil
    }

    /// Starts the look-up; `done` is called when `addresses` has the answer.
    init(host: String, done: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            let addresses = Self.lookUp(host)
            result.withLock { $0 = addresses }
            done()
        }
        thread.name = "redis-resolve"
        thread.start()
    }

    /// nil while the look-up runs, empty when the host has no address.
    var addresses: [String]? { result.withLock { $0 } }

    static func lookUp(_ host: String) -> [String] {
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, nil, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        for entry in sequence(first: list, next: { $0?.pointee.ai_next }) {
            guard let entry else { break }
            var name = [CChar](repeating: 0, count: 1025)
            let size = socklen_t(name.count)
            guard getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &name, size, nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let address = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // One per socket type comes back.
            if !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }
}
