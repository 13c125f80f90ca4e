/// Turns a parsed expression into a ``PatternProgram``.
struct PatternCompiler {
    private let source: String
    private var program = PatternProgram()
    private var setIndexes: [ByteSet: Int32] = [:]
    /// Nodes visited: nested repetitions of nothing emit no instruction, yet take time.
    private var visits = 0

    private init(source: String) {
        self.source = source
    }

    static func compile(_ node: PatternNode, source: String) throws(PatternError) -> PatternProgram {
        var compiler = PatternCompiler(source: source)
        let match = try compiler.emit(.match)
        compiler.program.start = try compiler.compile(node, next: match)
        compiler.program.findFirstBytes()
        return compiler.program
    }

    /// Built from the back, so that an instruction's successor always exists; loops are patched.
    private mutating func compile(_ node: PatternNode, next: Int32) throws(PatternError) -> Int32 {
        visits += 1
        if visits > 4 * PatternProgram.maximumSize {
            throw PatternError(pattern: source, position: 0, problem: .tooLarge)
        }
        switch node {
        case .empty:
            return next
        case .set(let set):
            return try compile(set, next: next)
        case .assertion(let assertion):
            return try emit(.assertion(assertion, next: next))
        case .sequence(let items):
            var next = next
            for item in items.reversed() { next = try compile(item, next: next) }
            return next
        case .choice(let branches):
            var entry: Int32?
            for branch in branches.reversed() {
                let start = try compile(branch, next: next)
                entry = if let entry { try emit(.split(start, entry)) } else { start }
            }
            return entry ?? next
        case .repetition(let body, let minimum, let maximum, let lazy):
            return try compile(body, minimum, maximum, lazy, next: next)
        }
    }

    private mutating func compile(_ body: PatternNode, _ minimum: Int, _ maximum: Int?, _ lazy: Bool, next: Int32) throws(PatternError) -> Int32 {
        var entry = next
        if let maximum {
            for _ in 0..<(maximum - minimum) {
                let start = try compile(body, next: entry)
                entry = try emit(lazy ? .split(next, start) : .split(start, next))
            }
        } else {
            let loop = try emit(.jump(next))
            let start = try compile(body, next: loop)
            program.instructions[Int(loop)] = lazy ? .split(next, start) : .split(start, next)
            entry = loop
        }
        for _ in 0..<minimum { entry = try compile(body, next: entry) }
        return entry
    }

    private mutating func compile(_ set: ScalarSet, next: Int32) throws(PatternError) -> Int32 {
        var entries: [Int32] = []
        var ascii = ByteSet()
        var hasASCII = false
        for range in set.ranges where range.lowerBound < 0x80 {
            ascii.insert(UInt8(range.lowerBound)...UInt8(min(range.upperBound, 0x7F)))
            hasASCII = true
        }
        if hasASCII { entries.append(try emit(ascii, next: next)) }
        var tails: [PatternProgram.Instruction: Int32] = [:]  // sequences share their ends
        for range in set.ranges where range.upperBound >= 0x80 {
            for sequence in UTF8Sequences.covering(max(range.lowerBound, 0x80)...range.upperBound) {
                var entry = next
                for bytes in sequence.reversed() {
                    let instruction = PatternProgram.Instruction.byte(lower: bytes.lowerBound, upper: bytes.upperBound, next: entry)
                    entry = if let known = tails[instruction] { known } else { try emit(instruction) }
                    tails[instruction] = entry
                }
                entries.append(entry)
            }
        }
        guard var entry = entries.last else { return try emit(ByteSet(), next: next) }
        for other in entries.dropLast().reversed() { entry = try emit(.split(other, entry)) }
        return entry
    }

    private mutating func emit(_ set: ByteSet, next: Int32) throws(PatternError) -> Int32 {
        let index: Int32
        if let known = setIndexes[set] {
            index = known
        } else {
            index = Int32(program.sets.count)
            program.sets.append(set)
            setIndexes[set] = index
        }
        return try emit(.set(index, next: next))
    }

    private mutating func emit(_ instruction: PatternProgram.Instruction) throws(PatternError) -> Int32 {
        if program.instructions.count >= PatternProgram.maximumSize {
            throw PatternError(pattern: source, position: 0, problem: .tooLarge)
        }
        program.instructions.append(instruction)
        return Int32(program.instructions.count - 1)
    }
}
