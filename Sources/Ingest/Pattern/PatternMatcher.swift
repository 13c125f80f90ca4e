/// Runs a ``PatternProgram`` on bytes: all alternatives in step (Pike's machine), so time is bounded by bytes times
/// instructions. Finds what a backtracking engine would: the leftmost match, alternatives preferred in their order.
struct PatternMatcher {
    enum Result: Equatable {
        case none
        case match(ByteMatch)
        /// The budget ran out; nothing is known about the rest.
        case exhausted
    }

    private struct Place {
        var begin: Int
        var position: Int
    }

    private let program: PatternProgram
    private var current: ThreadList
    private var next: ThreadList
    private var pending: [Int32] = []

    init(_ program: PatternProgram) {
        self.program = program
        current = ThreadList(capacity: program.instructions.count)
        next = ThreadList(capacity: program.instructions.count)
    }

    /// The first match that begins at or after `from`. It may be empty.
    mutating func firstMatch(in input: Span<UInt8>, from: Int, budget: inout StepBudget) -> Result {
        var position = from
        var found: ByteMatch?
        let end = input.count
        current.removeAll()
        while true {
            if current.isEmpty {
                if found != nil { break }
                if !program.canBeEmpty {
                    let skipped = position
                    while position < end, !program.firstBytes.contains(input[position]) { position += 1 }
                    budget.spend((position - skipped) / 4)
                    current.removeAll()  // its marks are of the place before: assertions that failed there may hold here
                    if position == end { break }
                }
            }
            if found == nil {
                Self.add(program.start, program, Place(begin: position, position: position), input, &current, &pending, &budget)
            }
            budget.spend(current.count + 1)
            if budget.isExhausted { return .exhausted }
            next.removeAll()
            let byte: UInt8? = position < end ? input[position] : nil
            threads: for index in 0..<current.count {
                let thread = current[index]
                switch program.instructions[Int(thread.instruction)] {
                case .match:
                    found = ByteMatch(lower: Int(thread.begin), upper: position)
                    break threads  // what follows is less preferred
                case .byte(let lower, let upper, let following):
                    if let byte, byte >= lower, byte <= upper {
                        let place = Place(begin: Int(thread.begin), position: position + 1)
                        Self.add(following, program, place, input, &next, &pending, &budget)
                    }
                case .set(let set, let following):
                    if let byte, program.sets[Int(set)].contains(byte) {
                        let place = Place(begin: Int(thread.begin), position: position + 1)
                        Self.add(following, program, place, input, &next, &pending, &budget)
                    }
                case .split, .assertion, .jump:
                    break
                }
            }
            swap(&current, &next)
            if position == end { break }
            position += 1
        }
        return found.map(Result.match) ?? .none
    }

    /// Follows everything that reads no byte, in order of preference.
    private static func add(
        _ instruction: Int32, _ program: PatternProgram, _ place: Place, _ input: Span<UInt8>, _ list: inout ThreadList,
        _ pending: inout [Int32], _ budget: inout StepBudget
    ) {
        switch program.instructions[Int(instruction)] {
        case .byte, .set, .match:  // the usual case needs no stack
            list.append(instruction, begin: place.begin)
            return
        default:
            pending.append(instruction)
        }
        while let index = pending.popLast() {
            budget.spend(1)
            guard list.insert(index) else { continue }
            switch program.instructions[Int(index)] {
            case .split(let preferred, let other):
                pending.append(other)
                pending.append(preferred)
            case .jump(let following):
                pending.append(following)
            case .assertion(let assertion, let following):
                if assertion.holds(in: input, at: place.position) { pending.append(following) }
            case .byte, .set, .match:
                list.record(index, begin: place.begin)
            }
        }
    }
}

/// Threads in order of preference, each instruction at most once. A generation stamp makes emptying it free.
private struct ThreadList {
    struct Thread {
        var instruction: Int32
        var begin: Int32
    }

    private var threads: [Thread] = []
    private var stamps: [UInt32]
    private var generation: UInt32 = 1

    init(capacity: Int) {
        stamps = [UInt32](repeating: 0, count: capacity)
        threads.reserveCapacity(min(capacity, 64))
    }

    var isEmpty: Bool { threads.isEmpty }
    var count: Int { threads.count }
    subscript(index: Int) -> Thread { threads[index] }

    mutating func removeAll() {
        threads.removeAll(keepingCapacity: true)
        generation &+= 1
        if generation == 0 {
            generation = 1
            for index in stamps.indices { stamps[index] = 0 }
        }
    }

    /// False when it was visited already.
    mutating func insert(_ instruction: Int32) -> Bool {
        if stamps[Int(instruction)] == generation { return false }
        stamps[Int(instruction)] = generation
        return true
    }

    mutating func record(_ instruction: Int32, begin: Int) {
        threads.append(Thread(instruction: instruction, begin: Int32(truncatingIfNeeded: begin)))
    }

    mutating func append(_ instruction: Int32, begin: Int) {
        if insert(instruction) { record(instruction, begin: begin) }
    }
}
