/// Why an attempt did not succeed, as the delivery log says it.
struct DeliveryFailure: Error, Equatable {
    let answer: String

    init(_ answer: String) { self.answer = Self.line(answer) }

    /// One line of at most 300 characters, whatever came back.
    static func line(_ text: String) -> String {
        let words = text.unicodeScalars.prefix(1_000).split { $0.value <= 0x20 || (0x7F...0x9F).contains($0.value) }
        return String(words.map { String($0) }.joined(separator: " ").prefix(300))
    }

    /// Runs work that may take so long at most.
    static func within<Value: Sendable>(seconds: Int, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            defer { group.cancelAll() }
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw DeliveryFailure("no answer within \(seconds) s")
            }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
