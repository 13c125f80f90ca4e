import Foundation
import Glibc

/// The demo's private folder below the temporary one, named after the process it belongs to.
enum RunFolder {
    private static let prefix = "sentiero-demo-"

    /// Readable by this user only. Takes away those of demos that were killed before they could do it themselves.
    static func make() throws -> String {
        removeAbandoned()
        var template = Array((NSTemporaryDirectory() + "\(prefix)\(getpid())-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw DemoError.folder(NSTemporaryDirectory(), String(cString: strerror(errno))) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func removeAbandoned() {
        let folder = NSTemporaryDirectory()
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
            guard let owner = name.dropFirst(prefix.count).split(separator: "-").first.flatMap({ pid_t($0) }), owner > 0 else { continue }
            if kill(owner, 0) == -1, errno == ESRCH { try? FileManager.default.removeItem(atPath: folder + name) }
        }
    }
}
