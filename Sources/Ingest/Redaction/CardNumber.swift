/// `\b\d(?:[ -]?\d){12,18}\b`, the pattern `card` (spec 01 section 3.1).
///
/// Checked, a match counts only when some beginning of it that ends with a group of digits passes Luhn's check; then all of it goes, for
/// what follows a card number is its date or its code. Times in milliseconds are no part of a card.
enum CardNumber {
    private static let fewestDigits = 13
    private static let mostDigits = 19

    static func first(in input: Span<UInt8>, from: Int, isChecked: Bool, budget: inout StepBudget) -> ByteMatch? {
        var position = from
        while position < input.count {
            if ByteClass.isDigit(input[position]), position == 0 || !ByteClass.isWord(input[position - 1]),
                let end = end(in: input, from: position, isChecked: isChecked, budget: &budget)
            {
                return ByteMatch(lower: position, upper: end)
            }
            // At most 37 bytes are read again from the next group of digits.
            position += 1
            budget.spend(position & 7 == 0 ? 1 : 0)
        }
        return nil
    }

    /// The end of the longest match that begins at `start`.
    private static func end(in input: Span<UInt8>, from start: Int, isChecked: Bool, budget: inout StepBudget) -> Int? {
        if isChecked, isTime(input, start) { return nil }
        var luhn = LuhnSums()
        luhn.add(input[start])
        var last = start
        var end: Int?
        var isCard = !isChecked
        while luhn.digits < mostDigits {
            var next = last + 1
            if next < input.count, input[next] == UInt8(ascii: " ") || input[next] == UInt8(ascii: "-") { next += 1 }
            guard next < input.count, ByteClass.isDigit(input[next]) else { break }
            if isChecked, next > last + 1, isTime(input, next) { break }
            last = next
            luhn.add(input[next])
            if luhn.digits >= fewestDigits, last + 1 == input.count || !ByteClass.isWord(input[last + 1]) {
                end = last + 1
                isCard = isCard || luhn.isValid
            }
        }
        budget.spend((last - start) / 8 + 1)
        return isCard ? end : nil
    }

    /// Whether a group of digits that begins here is milliseconds since 1970 between 2001 and 2065: 13 digits, the first 1 or 2. No
    /// network issues cards like that.
    private static func isTime(_ input: Span<UInt8>, _ start: Int) -> Bool {
        guard input[start] == UInt8(ascii: "1") || input[start] == UInt8(ascii: "2") else { return false }
        let end = start + 13
        guard end <= input.count, end == input.count || !ByteClass.isWord(input[end]) else { return false }
        for index in start..<end where !ByteClass.isDigit(input[index]) { return false }
        return true
    }
}

/// Luhn's sum for every beginning of a number in one pass: which digits count double depends on how many there are.
private struct LuhnSums {
    private(set) var digits = 0
    private var ofOdd = 0
    private var ofEven = 0

    mutating func add(_ digit: UInt8) {
        let value = Int(digit & 15)
        let double = value < 5 ? 2 * value : 2 * value - 9
        ofEven += digits & 1 == 0 ? double : value
        ofOdd += digits & 1 == 0 ? value : double
        digits += 1
    }

    var isValid: Bool { (digits & 1 == 0 ? ofEven : ofOdd) % 10 == 0 }
}
