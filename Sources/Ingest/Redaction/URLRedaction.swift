/// Treatment of fields that are URLs as a whole (spec 01 section 3.2).
///
/// Beyond the original: the path is redacted as text and credentials before the host are replaced, in every mode; what was
/// percent-encoded is looked at decoded.
struct URLRedaction: Sendable {
    /// Parameters, or encoded path segments: a URL with more is hostile, and that part of it is replaced whole.
    static let maximumParts = 1000
    /// A URL in a parameter of a URL is encoded twice; nobody reads more layers than these.
    static let maximumLayers = 4

    let mode: URLMode
    let filter: URLParameterFilter
    let text: TextRedaction

    /// Redacts in place, until its own output would not change any more; false when nothing was found.
    func redact(_ url: inout [UInt8], counts: inout RedactionCounts, budget: inout StepBudget) -> Bool {
        var changed = false
        for _ in 0..<TextRedaction.maximumRounds {
            guard let result = redactOnce(url, &counts, &budget) else { return changed }
            url = result
            changed = true
        }
        if redactOnce(url, &counts, &budget) != nil {
            url = TextRedaction.marker
            counts.oversized += 1
        }
        return true
    }

    /// nil: unchanged.
    private func redactOnce(_ url: [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget) -> [UInt8]? {
        let hash = url.firstIndex(of: UInt8(ascii: "#")) ?? url.endIndex
        let mark = url[..<hash].firstIndex(of: UInt8(ascii: "?")) ?? hash
        var counted = RedactionCounts()
        var result = path(url[..<mark], &counted, &budget)
        switch mode {
        case .strip:
            break
        case .keepAll:
            result += url[mark...]
        case .keepFiltered:
            if mark < hash { query(url[(mark + 1)..<hash], to: &result, &counted, &budget) }
            if hash < url.endIndex { fragment(url[(hash + 1)...], to: &result, &counted, &budget) }
        }
        if result == url { return nil }
        if counted.total == 0 { counted.urlField += 1 }
        counts += counted
        return result
    }

    private func path(_ base: ArraySlice<UInt8>, _ counts: inout RedactionCounts, _ budget: inout StepBudget) -> [UInt8] {
        var path = withoutCredentials(base, &counts)
        var scratch: [UInt8] = []
        _ = text.redact(&path, scratch: &scratch, counts: &counts, budget: &budget)
        guard Self.isEncoded(path[...]) else { return path }
        let segments = path.split(separator: UInt8(ascii: "/"), maxSplits: Self.maximumParts, omittingEmptySubsequences: false)
        if segments.count > Self.maximumParts {
            counts.oversized += 1
            return TextRedaction.marker
        }
        var result: [UInt8] = []
        for (index, segment) in segments.enumerated() {
            if index > 0 { result.append(UInt8(ascii: "/")) }
            appendDecoded(segment, to: &result, &counts, &budget)
        }
        return result
    }

    /// `https://user:pass@host/` keeps no user and no password.
    private func withoutCredentials(_ base: ArraySlice<UInt8>, _ counts: inout RedactionCounts) -> [UInt8] {
        let slashes = Array("//".utf8)
        var start = base.startIndex
        if let colon = base.firstIndex(of: UInt8(ascii: ":")),
            base[..<colon].allSatisfy({ ByteClass.flags[$0] & ByteClass.domain != 0 || $0 == 0x2B })
        {
            start = colon + 1
        }
        guard base[start...].starts(with: slashes) else { return Array(base) }
        start += 2
        let end = base[start...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") } ?? base.endIndex
        guard let at = base[start..<end].lastIndex(of: UInt8(ascii: "@")), !base[start..<at].elementsEqual(TextRedaction.marker)
        else { return Array(base) }
        counts.urlField += 1
        return base[..<start] + TextRedaction.marker + base[at...]
    }

    private func query(_ query: ArraySlice<UInt8>, to output: inout [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget) {
        var pairs = query.split(separator: UInt8(ascii: "&"), maxSplits: Self.maximumParts, omittingEmptySubsequences: false)
        if pairs.count > Self.maximumParts {
            counts.oversized += 1
            output.append(UInt8(ascii: "?"))
            output += TextRedaction.marker
            return
        }
        while pairs.last?.isEmpty == true { pairs.removeLast() }
        var separator = UInt8(ascii: "?")
        for pair in pairs {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = pair[..<(equals ?? pair.endIndex)]
            let verdict = filter.verdict(name)
            if verdict == .drop {
                counts.urlField += 1
                continue
            }
            output.append(separator)
            separator = UInt8(ascii: "&")
            if verdict == .keep {
                output += pair
                continue
            }
            appendDecoded(name, to: &output, &counts, &budget)
            if let equals {
                output.append(UInt8(ascii: "="))
                appendDecoded(pair[(equals + 1)...], to: &output, &counts, &budget)
            }
        }
    }

    private func fragment(_ fragment: ArraySlice<UInt8>, to output: inout [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget) {
        if fragment.isEmpty { return }
        var raw = Array(fragment)
        var scratch: [UInt8] = []
        _ = text.redact(&raw, scratch: &scratch, counts: &counts, budget: &budget)
        output.append(UInt8(ascii: "#"))
        if Self.isEncoded(raw[...]) {
            appendDecoded(raw[...], to: &output, &counts, &budget)
        } else {
            output += raw
        }
    }

    /// Redacts what the part means, however often it was encoded and whether `+` is a space in it or not; its own encoding stays when
    /// there is nothing to redact.
    private func appendDecoded(_ part: ArraySlice<UInt8>, to output: inout [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget) {
        var scratch: [UInt8] = []
        var encoded = part
        for _ in 0..<Self.maximumLayers {
            let decoded = PercentCoding.decode(encoded)
            var redacted = decoded
            var isChanged = text.redact(&redacted, scratch: &scratch, counts: &counts, budget: &budget)
            if redacted.contains(UInt8(ascii: "+")) {
                var spaced = redacted.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
                if text.redact(&spaced, scratch: &scratch, counts: &counts, budget: &budget) {
                    redacted = spaced
                    isChanged = true
                }
            }
            if isChanged { return PercentCoding.append(redacted, to: &output) }
            if decoded.elementsEqual(encoded) { break }
            encoded = decoded[...]
        }
        output += part
    }

    private static func isEncoded(_ part: ArraySlice<UInt8>) -> Bool {
        part.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
    }
}
