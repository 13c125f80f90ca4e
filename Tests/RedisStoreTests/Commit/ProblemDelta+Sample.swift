import Foundation
import Ingest

extension ProblemDelta {
    /// One occurrence.
    /// - Parameter name: stands for the fingerprint.
    static func sample(
        _ name: Character = "f", at ms: Int64 = 2_000_000, message: String = "boom", count: Int = 1, release: String? = "r1",
        _ change: (inout ProblemDelta) -> Void = { _ in }
    ) -> ProblemDelta {
        var delta = ProblemDelta(
            fingerprint: fingerprint(name), origin: .server, exceptionClass: "RuntimeError", title: "RuntimeError: \(message)", message: message,
            platform: "ruby", release: release, count: count, firstMs: ms, lastMs: ms,
            facets: release.map { [ProblemFacet(dimension: "release", value: $0, count: count)] } ?? [],
            occurrences: (0..<min(count, maxOccurrences)).map { _ in OccurrenceDraft(atMs: ms, document: Array("document of \(message)".utf8)) })
        change(&delta)
        return delta
    }

    static func fingerprint(_ name: Character) -> String { String(repeating: name, count: 40) }
}
