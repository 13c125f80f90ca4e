// The expressions of spec 01 section 3.1, by hand. Each finds what a leftmost, greedy engine finds, and reads any byte a
// bounded number of times however the input is made; tests count the steps.

extension BuiltInPattern {
    /// The first place to redact at or after `from`. For `url` that is what to cut; the rest are replaced by the marker.
    ///
    /// - Parameter checksCards: digits are a card only when they can be one; see ``CardNumber``.
    func firstMatch(in input: Span<UInt8>, from: Int, checksCards: Bool = true, budget: inout StepBudget) -> ByteMatch? {
        switch self {
        case .url: firstURLCut(in: input, from: from, budget: &budget)
        case .jwt: firstToken(in: input, from: from, budget: &budget)
        case .email: firstAddress(in: input, from: from, budget: &budget)
        case .longHex: firstHexRun(in: input, from: from, budget: &budget)
        case .card: CardNumber.first(in: input, from: from, isChecked: checksCards, budget: &budget)
        }
    }
}

/// The end of the run of bytes with one of `flags` that begins at `position`.
@inline(__always)
private func runEnd(_ input: Span<UInt8>, _ position: Int, _ flags: UInt8, _ budget: inout StepBudget) -> Int {
    var end = position
    while end < input.count, ByteClass.flags[input[end]] & flags != 0 { end += 1 }
    budget.spend((end - position) / 8 + 1)
    return end
}

@inline(__always)
private func find(_ byte: UInt8, _ input: Span<UInt8>, _ position: Int, _ budget: inout StepBudget) -> Int? {
    var index = position
    while index < input.count, input[index] != byte { index += 1 }
    budget.spend((index - position) / 8 + 1)
    return index < input.count ? index : nil
}

/// `https?://\S+`, cut at its first `?` or `#`.
private func firstURLCut(in input: Span<UInt8>, from: Int, budget: inout StepBudget) -> ByteMatch? {
    var position = from
    while let colon = find(UInt8(ascii: ":"), input, position, &budget) {
        position = colon + 1
        guard isSchemeEnd(input, colon, from), colon + 3 < input.count, ByteClass.flags[input[colon + 3]] & ByteClass.space == 0
        else { continue }
        var cut: Int?
        var end = colon + 3
        while end < input.count {
            let byte = input[end]
            if ByteClass.flags[byte] & ByteClass.space != 0 { break }
            if cut == nil, byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { cut = end }
            end += 1
        }
        budget.spend((end - colon) / 8 + 1)
        if let cut { return ByteMatch(lower: cut, upper: end) }
        position = end
    }
    return nil
}

/// `http` or `https` before the colon and two slashes after it.
private func isSchemeEnd(_ input: Span<UInt8>, _ colon: Int, _ from: Int) -> Bool {
    guard colon + 2 < input.count, input[colon + 1] == UInt8(ascii: "/"), input[colon + 2] == UInt8(ascii: "/") else { return false }
    var end = colon
    if end > from, input[end - 1] == UInt8(ascii: "s") { end -= 1 }
    guard end - 4 >= from else { return false }
    return input[end - 4] == UInt8(ascii: "h") && input[end - 3] == UInt8(ascii: "t") && input[end - 2] == UInt8(ascii: "t")
        && input[end - 1] == UInt8(ascii: "p")
}

/// `eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`
private func firstToken(in input: Span<UInt8>, from: Int, budget: inout StepBudget) -> ByteMatch? {
    var position = from
    while let third = find(UInt8(ascii: "J"), input, position, &budget) {
        position = third + 1
        guard third - 2 >= from, input[third - 1] == UInt8(ascii: "y"), input[third - 2] == UInt8(ascii: "e") else { continue }
        let header = runEnd(input, position, ByteClass.token, &budget)
        guard header > position else { continue }
        // Every later beginning in this run would fail at the same place.
        position = header
        guard header < input.count, input[header] == UInt8(ascii: ".") else { continue }
        let payload = runEnd(input, header + 1, ByteClass.token, &budget)
        guard payload > header + 1, payload < input.count, input[payload] == UInt8(ascii: ".") else { continue }
        let signature = runEnd(input, payload + 1, ByteClass.token, &budget)
        if signature > payload + 1 { return ByteMatch(lower: third - 2, upper: signature) }
    }
    return nil
}

/// `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`
private func firstAddress(in input: Span<UInt8>, from: Int, budget: inout StepBudget) -> ByteMatch? {
    var position = from
    while let at = find(UInt8(ascii: "@"), input, position, &budget) {
        position = at + 1
        guard at > from, ByteClass.flags[input[at - 1]] & ByteClass.local != 0 else { continue }
        let domain = runEnd(input, at + 1, ByteClass.domain, &budget)
        // The last dot with two letters behind it and something before it, as backtracking would find it.
        var dot = domain - 3
        while dot > at + 1, !isTopLevel(input, dot) { dot -= 1 }
        budget.spend((domain - max(dot, at)) / 8 + 1)
        guard dot > at + 1 else { continue }
        let end = runEnd(input, dot + 1, ByteClass.letter, &budget)
        var begin = at - 1
        while begin > from, ByteClass.flags[input[begin - 1]] & ByteClass.local != 0 { begin -= 1 }
        budget.spend((at - begin) / 8 + 1)
        return ByteMatch(lower: begin, upper: end)
    }
    return nil
}

private func isTopLevel(_ input: Span<UInt8>, _ dot: Int) -> Bool {
    input[dot] == UInt8(ascii: ".") && ByteClass.flags[input[dot + 1]] & ByteClass.flags[input[dot + 2]] & ByteClass.letter != 0
}

/// `\b[0-9a-fA-F]{32,}\b`: a whole word of hexadecimal digits.
private func firstHexRun(in input: Span<UInt8>, from: Int, budget: inout StepBudget) -> ByteMatch? {
    var position = from
    if position > 0, position < input.count, ByteClass.isWord(input[position - 1]) {
        position = runEnd(input, position, ByteClass.word, &budget)
    }
    while position < input.count {
        let end = runEnd(input, position, ByteClass.word, &budget)
        if end - position >= 32 {
            let hex = runEnd(input, position, ByteClass.hex, &budget)
            if hex == end { return ByteMatch(lower: position, upper: end) }
        }
        position = max(end, position + 1)
    }
    return nil
}
