/// Treatment of fields that are URLs as a whole (spec 01 section 3.2).
///
/// Beyond the original: the path is redacted as text and credentials before the host are replaced, in every mode; what was
/// percent-encoded is looked at decoded.
struct URLRedaction: Sendable {
    /// Parameters, or encoded path segments: a URL with more is hostile, and that part of it is replaced whole.
    static let maximumParts = 1000

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
        guard path.contains(UInt8(ascii: "%")) else { return path }
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
        if raw.contains(UInt8(ascii: "%")) {
            appendDecoded(raw[...], to: &output, &counts, &budget)
        } else {
            output += raw
        }
    }

    /// Redacts what the part means; its own encoding stays when there is nothing to redact.
    private func appendDecoded(_ part: ArraySlice<UInt8>, to output: inout [UInt8], _ counts: inout RedactionCounts, _ budget: inout StepBudget) {
        var decoded = PercentCoding.decode(part)
        var scratch: [UInt8] = []
        if text.redact(&decoded, scratch: &scratch, counts: &counts, budget: &budget) {
            PercentCoding.append(decoded, to: &output)
        } else {
            output += part
        }
    }
}
