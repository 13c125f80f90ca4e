/// Decides by its name whether the value of a key may be sent.
struct KeyFilter: Sendable {
    /// Words of a key beyond these are not looked at.
    private static let mostWords = 64
    /// Letters of a name that is also found within a word.
    private static let longName = 8
    /// Words that make a number of what they stand beside: `max_tokens`, `token_count`.
    private static let countingWords: Set<String> = [
        "max", "min", "num", "number", "count", "counts", "total", "limit", "limits", "length", "size", "budget", "used", "usage", "per",
    ]

    /// Names with their words joined: `apikey`.
    private let names: Set<String>
    /// Letters of words that are looked at together.
    private let longest: Int
    /// Found at the beginning and the end of a word, too.
    private let compounds: [String]
    private let credentials: [String]
    private let wholeKeys: Set<String>
    private let patterns: [KeyPattern]

    init(_ keys: [FilterKey]) {
        var names: Set<String> = []
        var compounds: [String] = []
        var credentials: [String] = []
        var wholeKeys: Set<String> = []
        var patterns: [KeyPattern] = []
        for key in keys {
            switch key.rule {
            case .name(let name), .compound(let name):
                let joined = Self.words(name).joined()
                names.insert(joined)
                if case .compound = key.rule { compounds.append(joined) }
                if joined.count >= Self.longName, joined.allSatisfy(\.isLetter) { compounds.append(joined) }
                // A name without letters still means itself.
                wholeKeys.insert(name.lowercased())
            case .credential(let name): credentials.append(name)
            case .wholeKey(let key): wholeKeys.insert(key.lowercased())
            case .pattern(let pattern): patterns.append(pattern)
            }
        }
        names.remove("")
        self.names = names
        // And an `s`.
        longest = (names.map(\.count).max() ?? 0) + 1
        self.compounds = compounds
        self.credentials = credentials
        self.wholeKeys = wholeKeys
        self.patterns = patterns
    }

    func hides(_ key: String) -> Bool {
        if wholeKeys.contains(key.lowercased()) { return true }
        let words = Self.words(key).prefix(Self.mostWords)
        return hasName(words) || words.contains(where: isCompound) || isCredential(words) || patterns.contains { $0.matches(key) }
    }

    private func hasName(_ words: ArraySlice<String>) -> Bool {
        words.indices.contains { start in
            var joined = ""
            for word in words[start...] {
                joined += word
                if joined.count > longest { return false }
                if names.contains(joined) || names.contains(Self.singular(joined)) { return true }
            }
            return false
        }
    }

    private func isCompound(_ word: String) -> Bool {
        compounds.contains { word.hasPrefix($0) || word.hasSuffix($0) || Self.singular(word).hasSuffix($0) }
    }

    private func isCredential(_ words: ArraySlice<String>) -> Bool {
        guard words.contains(where: { word in credentials.contains { Self.singular(word).hasSuffix($0) } }) else { return false }
        return !words.contains { Self.countingWords.contains($0) }
    }

    private static func singular(_ word: String) -> String { word.hasSuffix("s") ? String(word.dropLast()) : word }

    /// The words and numbers of a name in lower case: `userAPIKey_2` is `user`, `api`, `key`, `2`.
    static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            guard letter.isLetter || letter.isNumber else {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if !word.isEmpty, begins(at: index, of: letters) {
                words.append(word)
                word = ""
            }
            word += letter.lowercased()
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Whether a word begins here, right behind another.
    private static func begins(at index: Int, of letters: [Character]) -> Bool {
        let (before, letter) = (letters[index - 1], letters[index])
        if letter.isNumber != before.isNumber { return true }
        guard letter.isUppercase else { return false }
        // `userKey`, and the last letter of `APIKey`'s run of capitals.
        return before.isLowercase || index + 1 < letters.count && letters[index + 1].isLowercase
    }
}
