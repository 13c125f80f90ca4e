/// Answers "can any of these programs match somewhere?" with one table look-up per byte.
///
/// Built once and then only read, hence shared without locks. Assertions count as true, so a "yes" is only a "perhaps";
/// a "no" is certain. Programs whose automaton would be too large get none and are run by ``PatternMatcher`` alone.
struct PatternAutomaton: Sendable {
    private static let maximumStates = 1024
    /// Instructions looked at while building.
    private static let maximumWork = 4_000_000

    private let classOfByte: [UInt8]
    private let classCount: Int
    /// Row offsets; `accepting` is a row of its own that is never left.
    private let transitions: [Int32]
    private let accepting: Int32

    /// nil when too large, or when a program can match the empty string.
    init?(_ programs: [PatternProgram]) {
        if programs.isEmpty || programs.contains(where: \.canBeEmpty) { return nil }
        let (classOfByte, representatives) = Self.byteClasses(of: programs)
        self.classOfByte = classOfByte
        classCount = representatives.count

        var table: [Int32] = []
        var numbers: [[Int32]: Int32] = [:]
        var states: [[Int32]] = []
        var work = 0
        let offsets = programs.reduce(into: [Int32(0)]) { $0.append(($0.last ?? 0) + Int32($1.instructions.count)) }
        // A state is the sorted list of byte-reading instructions, numbered through all programs.
        func close(_ entries: [(Int, Int32)]) -> [Int32]? {
            var members: Set<Int32> = []
            for (program, entry) in entries {
                var accepts = false
                programs[program].reach(from: entry) { index in
                    if case .match = programs[program].instructions[Int(index)] { accepts = true }
                    members.insert(offsets[program] + index)
                }
                work += programs[program].instructions.count / 8 + 16
                if accepts { return nil }
            }
            return members.sorted()
        }
        let starts = programs.indices.map { ($0, programs[$0].start) }
        guard let initial = close(starts) else { return nil }
        numbers[initial] = 0
        states.append(initial)
        let acceptingMark = Int32.max
        var index = 0
        while index < states.count {
            let members = states[index]
            for representative in representatives {
                var entries: [(Int, Int32)] = starts
                var seen: Set<Int32> = []
                for member in members {
                    work += 1
                    let program = offsets.lastIndex { $0 <= member } ?? 0
                    let following: Int32? =
                        switch programs[program].instructions[Int(member - offsets[program])] {
                        case .byte(let lower, let upper, let next): representative >= lower && representative <= upper ? next : nil
                        case .set(let set, let next): programs[program].sets[Int(set)].contains(representative) ? next : nil
                        default: nil
                        }
                    if let following, seen.insert(following + offsets[program]).inserted { entries.append((program, following)) }
                }
                if work > Self.maximumWork { return nil }
                guard let target = close(entries) else {
                    table.append(acceptingMark)
                    continue
                }
                if let known = numbers[target] {
                    table.append(known)
                } else {
                    if states.count == Self.maximumStates { return nil }
                    let number = Int32(states.count)
                    numbers[target] = number
                    states.append(target)
                    table.append(number)
                }
            }
            index += 1
        }
        let width = Int32(representatives.count)
        let acceptingRow = Int32(states.count) * width
        accepting = acceptingRow
        transitions = table.map { $0 == acceptingMark ? acceptingRow : $0 * width }
    }

    /// False: no program matches anywhere in `input` from `from` on.
    func mayMatch(_ input: Span<UInt8>, from: Int = 0, budget: inout StepBudget) -> Bool {
        var state: Int32 = 0
        var position = from
        let end = input.count
        defer { budget.spend((position - from) / 8) }
        return classOfByte.withUnsafeBufferPointer { classes in
            transitions.withUnsafeBufferPointer { rows in
                while position < end {
                    state = rows[Int(state) + Int(classes[Int(input[position])])]
                    position += 1
                    if state == accepting { return true }
                }
                return false
            }
        }
    }

    /// Bytes that no instruction tells apart share a class; the tables shrink by far.
    private static func byteClasses(of programs: [PatternProgram]) -> ([UInt8], [UInt8]) {
        var signature = [[UInt64]](repeating: [], count: 256)
        var bits = 0
        func note(_ contains: (UInt8) -> Bool) {
            for byte in 0...255 {
                if bits % 64 == 0 { signature[byte].append(0) }
                if contains(UInt8(byte)) { signature[byte][bits / 64] |= 1 << UInt64(bits % 64) }
            }
            bits += 1
        }
        for program in programs {
            for set in program.sets { note(set.contains) }
            var ranges: Set<ClosedRange<UInt8>> = []
            for case .byte(let lower, let upper, _) in program.instructions where ranges.insert(lower...upper).inserted {
                note { $0 >= lower && $0 <= upper }
            }
        }
        var numbers: [[UInt64]: UInt8] = [:]
        var classOfByte = [UInt8](repeating: 0, count: 256)
        var representatives: [UInt8] = []
        for byte in 0...255 {
            if let known = numbers[signature[byte]] {
                classOfByte[byte] = known
            } else {
                let number = UInt8(representatives.count)
                numbers[signature[byte]] = number
                classOfByte[byte] = number
                representatives.append(UInt8(byte))
            }
        }
        return (classOfByte, representatives)
    }
}
