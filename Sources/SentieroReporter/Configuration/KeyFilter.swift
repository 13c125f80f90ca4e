/// Decides by its name whether the value of a key may be sent.
struct KeyFilter: Sendable {
    /// Words of a key beyond these are not looked at together.
    private static let longestName = 4
    private static let mostWords = 64

    /// Names with their words joined: `apikey`.
    private let names: Set<String>
    private let wholeKeys: Set<String>
    private let patterns: [KeyPattern]

    init(_ keys: [FilterKey]) {
        var names: Set<String> = []
        var wholeKeys: Set<String> = []
        var patterns: [KeyPattern] = []
        for key in keys {
            switch key.rule {
            case .name(let name):
                names.insert(Self.words(name).joined())
                // A name without letters still means itself.
                wholeKeys.insert(name.lowercased())
            case .wholeKey(let key): wholeKeys.insert(key.lowercased())
            case .pattern(let pattern): patterns.append(pattern)
            }
        }
        names.remove("")
        self.names = names
        self.wholeKeys = wholeKeys
        self.patterns = patterns
    }

    func hides(_ key: String) -> Bool {
        if wholeKeys.contains(key.lowercased()) { return true }
        let words = Self.words(key).prefix(Self.mostWords)
        for start in words.indices {
            var joined = ""
            for word in words[start...].prefix(Self.longestName) {
                joined += word
                if names.contains(joined) || joined.hasSuffix("s") && names.contains(String(joined.dropLast())) { return true }
            }
        }
        return patterns.contains { $0.matches(key) }
    }

    /// The words of a name in lower case: `userAPIKey_2` is `user`, `api`, `key`.
    static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            guard letter.isLetter else {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            if letter.isUppercase, !word.isEmpty {
                let follows = index + 1 < letters.count && letters[index + 1].isLowercase
                // `userKey`, and the last letter of `APIKey`'s run of capitals.
                if letters[index - 1].isLowercase || follows {
                    words.append(word)
                    word = ""
                }
            }
            word += letter.lowercased()
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
