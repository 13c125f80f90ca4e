import Foundation

/// Which request header holds which fact: pairs of `name=header`.
enum HeaderMapping {
    /// - Returns: header by name.
    /// - Throws: `BadValue` for an unknown or repeated name, or a header nobody can send (RFC 9110 section 5.1).
    static func checked(_ entries: [String], names: [String]) throws(BadValue) -> [String: String] {
        var result: [String: String] = [:]
        for entry in entries {
            let parts = entry.split(separator: "=", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let name = parts.first, let header = parts.last else {
                throw BadValue("must be pairs such as \(names.first ?? "name")=X-Header")
            }
            guard names.contains(name) else { throw BadValue("has \(name), but may name only " + names.joined(separator: ", ")) }
            guard header.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
                throw BadValue("has “\(header)” for \(name), which is no header's name")
            }
            guard result.updateValue(header, forKey: name) == nil else { throw BadValue("names \(name) twice") }
        }
        return result
    }
}
