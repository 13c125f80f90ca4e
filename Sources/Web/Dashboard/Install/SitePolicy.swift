import Crypto
import Foundation

/// What a site's content security policy must allow for the recorder. A JSON element needs nothing: it is data, not script.
struct SitePolicy: Sendable, Equatable {
    let scriptSources: [String]
    let connectSources: [String]

    init(_ tag: ScriptTag, _ variant: ScriptTag.Variant) {
        var scripts: [String] = []
        if variant.nonce != nil {
            scripts.append("'nonce-…'")
        } else {
            scripts.append(Self.source(of: tag.recorderURL))
            if variant.queuesEarlyCalls { scripts.append("'sha256-\(Data(SHA256.hash(data: Data(ScriptTag.queue.utf8))).base64EncodedString())'") }
        }
        scriptSources = scripts
        connectSources = [Self.source(of: tag.eventsURL)]
    }

    /// Scheme, host and port; a relative address is the site's own.
    private static func source(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "'self'" }
        return String(url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
}
