/// Answers "can any of these programs match somewhere?" with one table look-up per byte.
///
/// Built once and then only read, hence shared without locks. Assertions count as true, so a "yes" is only a "perhaps";
/// a "no" is certain. Programs whose automaton would be too large get none and are run by ``PatternMatcher`` alone.
final class PatternAutomaton: @unchecked Sendable {  // safe: both tables are written in init alone
    private let classOfByte: ByteTable
    /// Row offsets; `accepting` is a row of its own that is never left.
    private let transitions: UnsafeMutablePointer<Int32>
    private let accepting: Int32

    /// nil when too large, or when a program can match the empty string.
    init?(_ programs: [PatternProgram]) {
        if programs.isEmpty || programs.contains(where: \.canBeEmpty) { return nil }
        let (classOfByte, representatives) = AutomatonBuilder.byteClasses(of: programs)
        guard let rows = AutomatonBuilder.rows(programs, representatives) else { return nil }
        self.classOfByte = ByteTable(classOfByte)
        let width = Int32(representatives.count)
        let acceptingRow = Int32(rows.count)
        accepting = acceptingRow
        transitions = .allocate(capacity: rows.count)
        transitions.initialize(from: rows.map { $0 == AutomatonBuilder.accepts ? acceptingRow : $0 * width }, count: rows.count)
    }

    deinit {
        transitions.deallocate()
        classOfByte.deallocate()
    }

    /// False: no program matches anywhere in `input` from `from` on.
    func mayMatch(_ input: Span<UInt8>, from: Int = 0, budget: inout StepBudget) -> Bool {
        var state = 0
        var position = from
        let end = input.count
        let accepting = Int(accepting)
        while position < end, state != accepting {
            // Within the table: every entry but the accepting one begins a row of it.
            state = Int(transitions[state + Int(classOfByte[input[position]])])
            position += 1
        }
        budget.spend((position - from) / 8)
        return state == accepting
    }
}
