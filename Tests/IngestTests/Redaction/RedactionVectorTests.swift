import Ingest
import Testing

@Suite("Redaction vectors")
struct RedactionVectorTests {
    @Test("01-71: server half of the shared vectors", arguments: RedactionVector.all)
    func vector(_ vector: RedactionVector) {
        let redactor = Redactor(settings: vector.settings)
        switch vector.kind {
        case .text: #expect(redactor.text(vector.input) == vector.output)
        case .url: #expect(redactor.url(vector.input) == vector.output)
        case .event:
            let result = redactor.redactedEvent(vector.input)
            #expect(result.map { canonical($0.utf8) } == canonical(vector.output.utf8))
        case .metadata:
            let result = redactor.metadata(vector.input)
            #expect(canonical(result.json) == canonical(vector.output.utf8))
            #expect(result.isChanged == (canonical(vector.input.utf8) != canonical(vector.output.utf8)))
        }
    }

    @Test("What comes out is not redacted again", arguments: RedactionVector.all)
    func idempotence(_ vector: RedactionVector) {
        let redactor = Redactor(settings: vector.settings)
        switch vector.kind {
        case .text: #expect(redactor.text(vector.output) == vector.output)
        case .url: #expect(redactor.url(vector.output) == vector.output)
        case .event:
            var counts = RedactionCounts()
            #expect(redactor.event(vector.output, counts: &counts) == .unchanged)
            #expect(counts.total == 0)
        case .metadata: #expect(!redactor.metadata(vector.output).isChanged)
        }
    }

    @Test("The table holds the 27 vectors of the original")
    func complete() {
        let numbers = RedactionVector.all.compactMap { vector in
            vector.name.hasPrefix("vector ") ? Int(vector.name.dropFirst(7).prefix { $0 != ":" }) : nil
        }
        #expect(numbers == Array(1...27))
    }
}
