import Foundation

/// What an error says of itself.
///
/// Its own words when it has some. Of an error that has none the type or case is told with its values, where names of secrets and texts
/// are filtered: a description made by the compiler would print passwords.
struct ErrorMessage {
    /// Levels of values within values, values of one level, and values in all.
    private static let depth = 5
    private static let breadth = 16
    private static let values = 64

    private let scrubber: Scrubber
    private var valuesLeft = Self.values

    private init(scrubber: Scrubber) { self.scrubber = scrubber }

    /// Redacted.
    static func text(_ error: any Error, scrubber: Scrubber) -> String {
        var message = ErrorMessage(scrubber: scrubber)
        return scrubber.scrubbed(message.error(error, depth: 1))
    }

    private mutating func error(_ error: any Error, depth: Int) -> String {
        if let text = (error as? any LocalizedError)?.errorDescription, !text.isEmpty { return text }
        // Not the description: it has the `userInfo`.
        if type(of: error) is NSError.Type { return "\(error._domain) \(error._code): \(error.localizedDescription)" }
        if let error = ofFoundation(error) { return "\(type(of: error).errorDomain) \(error.errorCode): \(error.localizedDescription)" }
        if let text = ownWords(error) { return text }
        return parts(of: error, depth: depth)
    }

    /// `CocoaError`, `URLError`, `POSIXError`.
    private func ofFoundation(_ error: any Error) -> (any CustomNSError)? {
        ErrorFacts.typeName(type(of: error)).hasPrefix("Foundation") ? error as? any CustomNSError : nil
    }

    private func ownWords(_ value: Any) -> String? {
        if let value = value as? any CustomStringConvertible { return value.description }
        return (value as? any CustomDebugStringConvertible)?.debugDescription
    }

    private mutating func value(_ value: Any, depth: Int) -> String {
        valuesLeft -= 1
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return if let wrapped = mirror.children.first?.value { self.value(wrapped, depth: depth) } else { "nil" }
        case .collection, .set: return depth < Self.depth ? "[\(list(mirror, depth: depth))]" : "[…]"
        case .tuple: return depth < Self.depth ? "(\(list(mirror, depth: depth)))" : "(…)"
        case .dictionary: return depth < Self.depth ? "[\(pairs(mirror, depth: depth))]" : "[…]"
        default: break
        }
        if scrubber.filter.hides(String(describing: type(of: value))) { return hidden }
        if let text = value as? String { return "\"\(clean(text))\"" }
        if let error = value as? any Error { return depth < Self.depth ? clean(self.error(error, depth: depth + 1)) : "…" }
        if let words = ownWords(value) { return clean(words) }
        return depth < Self.depth ? parts(of: value, depth: depth + 1) : "…"
    }

    /// `Type(label: value)`, `case(label: value)`.
    private mutating func parts(of value: Any, depth: Int) -> String {
        var mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .enum, let name = EnumCase.name(value) {
            guard let payload = mirror.children.first?.value else { return name }
            let inner = Mirror(reflecting: payload)
            if inner.displayStyle == .tuple { return "\(name)(\(list(inner, depth: depth, of: name)))" }
            return "\(name)(\(scrubber.filter.hides(name) ? hidden : self.value(payload, depth: depth)))"
        }
        var fields = [list(mirror, depth: depth)]
        while fields.count < Self.depth, let above = mirror.superclassMirror {
            fields.append(list(above, depth: depth))
            mirror = above
        }
        let all = fields.filter { !$0.isEmpty }.joined(separator: ", ")
        let name = String(describing: type(of: value))
        return all.isEmpty ? name : "\(name)(\(all))"
    }

    /// - Parameter name: goes for parts without a name of their own.
    private mutating func list(_ mirror: Mirror, depth: Int, of name: String? = nil) -> String {
        var texts: [String] = []
        for (label, part) in mirror.children {
            guard texts.count < Self.breadth, valuesLeft > 0 else {
                texts.append("…")
                break
            }
            // Parts of a tuple without names are `.0`, `.1`.
            let label = label.flatMap { $0.hasPrefix(".") ? nil : $0 }
            let text = (label ?? name).map(scrubber.filter.hides) == true ? hidden : value(part, depth: depth + 1)
            texts.append(label.map { "\($0): \(text)" } ?? text)
        }
        return texts.joined(separator: ", ")
    }

    private mutating func pairs(_ mirror: Mirror, depth: Int) -> String {
        var texts: [String] = []
        for (_, pair) in mirror.children {
            let sides = Array(Mirror(reflecting: pair).children.map(\.value))
            guard sides.count == 2, texts.count < Self.breadth, valuesLeft > 0 else {
                texts.append("…")
                break
            }
            let isHidden = scrubber.filter.hides(String(describing: sides[0]))
            texts.append("\(value(sides[0], depth: depth + 1)): \(isHidden ? hidden : value(sides[1], depth: depth + 1))")
        }
        return texts.joined(separator: ", ")
    }

    private var hidden: String { Scrubber.filtered.text ?? "" }

    /// More is read than kept: what is cut through is not recognised.
    private func clean(_ text: String) -> String {
        ReportLimits.cut(scrubber.scrubbed(ReportLimits.cut(text, to: ReportLimits.messageCharacters)), to: ReportLimits.frameCharacters)
    }
}
