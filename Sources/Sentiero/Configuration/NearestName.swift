/// Finds the option a misspelt name most likely meant.
enum NearestName {
    static func to(_ name: String) -> String {
        // A name cut short is far away by letters, and yet obvious.
        if let longer = OptionTable.all.map(\.name).filter({ $0.hasPrefix(name + "_") }).min(by: { $0.count < $1.count }) { return longer }
        let wanted = Array(name.utf8)
        return OptionTable.all.map(\.name).min { distance(Array($0.utf8), wanted) < distance(Array($1.utf8), wanted) } ?? ""
    }

    /// Levenshtein's: insertions, deletions and replacements.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
