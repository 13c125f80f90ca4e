/// What became of an event.
public enum RedactedEvent: Sendable, Equatable {
    /// Keep the original bytes.
    case unchanged
    /// These take their place.
    case changed([UInt8])
    /// Not to be followed, hence not to be stored.
    case dropped
}

/// The server's redaction engine (spec 01 section 3). Pure, shared without locks.
///
/// It works on the bytes of the JSON text: only strings that a cheap look at their bytes does not rule out are decoded,
/// and only changed ones are written anew. It fails closed: what it cannot follow is dropped, what it cannot redact within
/// its bound on work is replaced whole.
public struct Redactor: Sendable {
    let rules: RedactionRules

    public init(settings: RedactionSettings = .standard) {
        rules = RedactionRules(settings)
    }

    /// Text redaction of one string (spec 01 section 3.1).
    public func text(_ text: String) -> String {
        var bytes = Array(text.utf8)
        var counts = RedactionCounts()
        return redact(&bytes, counts: &counts) ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The same in place, with the redactions added to `counts`; false when nothing was found.
    @discardableResult
    func redact(_ text: inout [UInt8], counts: inout RedactionCounts) -> Bool {
        var scratch: [UInt8] = []
        var budget = StepBudget(bytes: text.count)
        return rules.text.redact(&text, scratch: &scratch, counts: &counts, budget: &budget)
    }

    /// Treatment of a string that is a URL as a whole (spec 01 section 3.2).
    public func url(_ url: String) -> String {
        var bytes = Array(url.utf8)
        var counts = RedactionCounts()
        var budget = StepBudget(bytes: bytes.count)
        guard rules.url.redact(&bytes, counts: &counts, budget: &budget) else { return url }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Redacts one event of a scanned batch.
    ///
    /// - Parameters:
    ///   - body: the inflated body the span points into.
    ///   - counts: redactions made are added.
    public func event(_ body: UnsafeRawBufferPointer, span: EventSpan, counts: inout RedactionCounts) -> RedactedEvent {
        guard span.range.upperBound <= body.count else { return .dropped }
        // Most events, and most bytes: not even walked over.
        if !span.hasUnknownMembers, rules.page.isEmpty, let type = span.type, RedactionPass.isPageContent(type) { return .unchanged }
        return event(UnsafeRawBufferPointer(rebasing: body[span.range]), type: span.type, counts: &counts)
    }

    /// Redacts one event.
    ///
    /// - Parameters:
    ///   - bytes: the event object, and nothing else.
    ///   - type: its `type` when that is a number.
    public func event(_ bytes: UnsafeRawBufferPointer, type: Int?, counts: inout RedactionCounts) -> RedactedEvent {
        var cursor = JSONCursor(bytes)
        var pass = RedactionPass(rules, size: bytes.count)
        do throws(JSONFault) {
            try pass.redactEvent(&cursor, type: type)
        } catch {
            return .dropped
        }
        counts += pass.counts
        return pass.finish(cursor).map(RedactedEvent.changed) ?? .unchanged
    }

    /// Redacts any JSON value as text, deep, keys included: payloads and contexts of the server lanes.
    public func json(_ bytes: UnsafeRawBufferPointer, counts: inout RedactionCounts) -> RedactedEvent {
        var cursor = JSONCursor(bytes)
        var pass = RedactionPass(rules, size: bytes.count)
        do throws(JSONFault) {
            try pass.redactValue(&cursor, as: .text)
            try cursor.finish()
        } catch {
            return .dropped
        }
        counts += pass.counts
        return pass.finish(cursor).map(RedactedEvent.changed) ?? .unchanged
    }
}
