/// A web origin as browsers send it: `scheme://host[:port]` in lower case, without the scheme's own port. Anything else never matches.
enum WebOrigin {
    /// - Returns: the entry.
    /// - Throws: `BadValue` with what was probably meant.
    static func checked(_ entry: String) throws(BadValue) -> String {
        guard let origin = corrected(entry) else { throw BadValue("has \(entry), but must hold origins such as https://shop.example") }
        guard origin == entry else { throw BadValue("has \(entry), which is no origin; write \(origin)") }
        return entry
    }

    /// nil when there is no host to be found in it.
    static func corrected(_ entry: String) -> String? {
        let text = entry.contains("://") ? entry : "https://" + entry
        let shape = /([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:[^\/?#@]*@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(?:[\/?#].*)?/
        guard let match = text.wholeMatch(of: shape) else { return nil }
        let scheme = match.1.lowercased()
        let host = match.2.lowercased()
        // A word alone is no host anybody has, unless a scheme says so: `null`, `none`.
        guard entry.contains("://") || host.contains(".") || match.3 != nil || host == "localhost" else { return nil }
        guard let text = match.3 else { return "\(scheme)://\(host)" }
        guard let port = Int(text), (1...65_535).contains(port) else { return nil }
        let isStandard = (scheme, port) == ("https", 443) || (scheme, port) == ("http", 80)
        return "\(scheme)://\(host)" + (isStandard ? "" : ":\(port)")
    }
}
