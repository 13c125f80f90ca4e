import Ingest
import Testing

/// What edge and worker say of a body. Every body judged here goes through the edge whole, byte by byte and in pieces
/// of odd sizes, and through the worker's scan: all must agree.
enum Verdict {
    typealias Outcome = Result<Envelope, EnvelopeRejection>

    static func of(_ text: String, limits: EnvelopeLimits = EnvelopeLimits(), _ at: SourceLocation = #_sourceLocation) -> Outcome {
        of(Array(text.utf8), limits: limits, at)
    }

    static func of(_ body: [UInt8], limits: EnvelopeLimits = EnvelopeLimits(), _ at: SourceLocation = #_sourceLocation) -> Outcome {
        let whole = edge(body, limits: limits)
        for size in [1, 2, 3, 7, 8, 9, 61] where body.count < 20_000 || size > 60 {
            #expect(edge(body, limits: limits, piece: size) == whole, "pieces of \(size) bytes", sourceLocation: at)
        }
        #expect(worker(body, limits: limits).map(\.envelope) == whole, "the worker's scan", sourceLocation: at)
        return whole
    }

    static func edge(
        _ body: [UInt8], limits: EnvelopeLimits = EnvelopeLimits(), encoding: String? = nil, piece: Int = .max
    ) -> Outcome {
        var inspector = EnvelopeInspector(limits: limits, contentEncoding: encoding)
        do {
            var start = 0
            while start < body.count {
                let end = body.count - start > piece ? start + piece : body.count
                // A copy of its own for every piece, so that a read beyond it is seen by a sanitizer.
                let part = Array(body[start..<end])
                try part.withUnsafeBytes { try inspector.feed($0) }
                start = end
            }
            return .success(try inspector.finish())
        } catch {
            return .failure(rejection(error))
        }
    }

    static func worker(_ body: [UInt8], limits: EnvelopeLimits = EnvelopeLimits()) -> Result<ScannedBatch, EnvelopeRejection> {
        do {
            return .success(try body.withUnsafeBytes { try BatchScanner.scan($0, limits: limits) })
        } catch {
            return .failure(rejection(error))
        }
    }

    /// `withUnsafeBytes` loses the type of what is thrown.
    private static func rejection(_ error: any Error) -> EnvelopeRejection {
        guard let rejection = error as? EnvelopeRejection else { fatalError("unexpected error \(error)") }
        return rejection
    }

    static func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }

    static func gzip(_ body: [UInt8]) -> [UInt8] { body.withUnsafeBytes { Gzip.deflate($0) } }

    /// A body with one event and whatever replaces or follows its fields.
    static func body(
        session: String = #""s1""#, window: String = #""w1""#, events: String = #"[{"type":3,"timestamp":1}]"#, more: String = ""
    ) -> String {
        #"{"sessionId":\#(session),"windowId":\#(window),"events":\#(events)\#(more)}"#
    }
}

extension Result where Failure == EnvelopeRejection {
    var rejection: EnvelopeRejection? {
        if case .failure(let rejection) = self { rejection } else { nil }
    }

    var value: Success? { try? get() }
}
