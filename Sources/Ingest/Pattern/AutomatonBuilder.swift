/// Builds the table of a ``PatternAutomaton`` by subset construction.
struct AutomatonBuilder {
    /// Stands for the accepting state in the rows.
    static let accepts = Int32.max
    private static let maximumStates = 1024
    /// Instructions looked at while building: some ten milliseconds.
    private static let maximumWork = 3_000_000

    /// The programs' instructions in one list, successors renumbered.
    private var instructions: [PatternProgram.Instruction] = []
    private var sets: [ByteSet] = []
    private var starts: [Int32] = []
    private var stamps: [UInt32]
    private var generation: UInt32 = 0
    private var pending: [Int32] = []
    private var work = 0

    private init(_ programs: [PatternProgram]) {
        for program in programs {
            let base = Int32(instructions.count)
            let setBase = Int32(sets.count)
            starts.append(program.start + base)
            sets += program.sets
            instructions += program.instructions.map { instruction in
                switch instruction {
                case .byte(let lower, let upper, let next): .byte(lower: lower, upper: upper, next: next + base)
                case .set(let set, let next): .set(set + setBase, next: next + base)
                case .split(let first, let second): .split(first + base, second + base)
                case .assertion(let assertion, let next): .assertion(assertion, next: next + base)
                case .jump(let next): .jump(next + base)
                case .match: .match
                }
            }
        }
        stamps = [UInt32](repeating: 0, count: instructions.count)
    }

    /// One row per state with a target per byte class; nil when too large.
    static func rows(_ programs: [PatternProgram], _ representatives: [UInt8]) -> [Int32]? {
        var builder = AutomatonBuilder(programs)
        return builder.build(representatives)
    }

    private mutating func build(_ representatives: [UInt8]) -> [Int32]? {
        // A state is the sorted list of its byte-reading instructions.
        guard let initial = close(starts) else { return nil }
        var rows: [Int32] = []
        var numbers: [[Int32]: Int32] = [initial: 0]
        var states = [initial]
        var index = 0
        while index < states.count {
            for byte in representatives {
                var entries = starts  // a match may begin at every byte
                for member in states[index] {
                    switch instructions[Int(member)] {
                    case .byte(let lower, let upper, let next): if byte >= lower, byte <= upper { entries.append(next) }
                    case .set(let set, let next): if sets[Int(set)].contains(byte) { entries.append(next) }
                    default: break
                    }
                }
                work += states[index].count
                guard let target = close(entries) else {
                    rows.append(Self.accepts)
                    continue
                }
                if work > Self.maximumWork { return nil }
                if let known = numbers[target] {
                    rows.append(known)
                } else {
                    if states.count == Self.maximumStates { return nil }
                    numbers[target] = Int32(states.count)
                    rows.append(Int32(states.count))
                    states.append(target)
                }
            }
            index += 1
        }
        return rows
    }

    /// Follows what reads no byte, taking assertions as true; nil when a match is reached.
    private mutating func close(_ entries: [Int32]) -> [Int32]? {
        generation += 1
        var members: [Int32] = []
        pending.removeAll(keepingCapacity: true)
        pending += entries
        while let index = pending.popLast() {
            if stamps[Int(index)] == generation { continue }
            stamps[Int(index)] = generation
            work += 1
            switch instructions[Int(index)] {
            case .match: return nil
            case .byte, .set: members.append(index)
            case .split(let first, let second):
                pending.append(first)
                pending.append(second)
            case .assertion(_, let next), .jump(let next): pending.append(next)
            }
        }
        members.sort()
        return members
    }

    /// Bytes that no instruction tells apart share a class; the tables shrink by far.
    static func byteClasses(of programs: [PatternProgram]) -> ([UInt8], [UInt8]) {
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
