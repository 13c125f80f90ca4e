import Foundation
import Testing

@Suite("Redaction fuzz")
struct RedactionFuzzTests {
    /// `SENTIERO_FUZZ_ITERATIONS` and `SENTIERO_FUZZ_SEED` (the first seed) choose another run.
    @Test("Events built around secrets, whole and damaged")
    func events() throws {
        let environment = ProcessInfo.processInfo.environment
        let iterations = environment["SENTIERO_FUZZ_ITERATIONS"].flatMap(Int.init) ?? 3000
        let seed = environment["SENTIERO_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
        for iteration in 0..<iterations { try RedactionFuzz.run(seed: seed &+ UInt64(iteration)) }
    }
}
