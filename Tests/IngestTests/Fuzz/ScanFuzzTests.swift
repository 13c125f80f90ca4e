import Foundation
import Testing

@testable import Ingest

/// Bodies made and damaged at random, through inflation and scanning. `SENTIERO_FUZZ_ITERATIONS` sets how many,
/// `SENTIERO_FUZZ_SEED` where to start.
@Suite("Fuzz: inflate and scan")
struct ScanFuzzTests {
    static func setting(_ name: String, otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? otherwise
    }

    @Test("no crash, and all ways to read a body agree")
    func fuzz() {
        let seed = Self.setting("SENTIERO_FUZZ_SEED", otherwise: 20_261_121)
        let iterations = Self.setting("SENTIERO_FUZZ_ITERATIONS", otherwise: 6000)
        var tally = ScanFuzz.Tally()
        for number in 0..<iterations {
            var fuzz = ScanFuzz(seed: seed &+ number)
            if let complaint = fuzz.run(&tally) {
                Issue.record("SENTIERO_FUZZ_SEED=\(seed &+ number) SENTIERO_FUZZ_ITERATIONS=1: \(complaint)")
                return
            }
        }
        if iterations >= 1000 {
            #expect(tally.accepted > iterations / 20 && tally.refused > iterations / 20 && tally.damagedGzip > iterations / 20)
        }
    }
}

/// One execution: a body, its damage, and what must hold of it.
struct ScanFuzz {
    struct Tally { var accepted = 0, refused = 0, damagedGzip = 0 }

    private var make: RandomJSON
    private let limits: EnvelopeLimits

    init(seed: UInt64) {
        make = RandomJSON(seed: seed)
        limits = EnvelopeLimits(
            maxBodyBytes: 1 << (6 + make.below(15)), maxInflatedBytes: 1 << (6 + make.below(15)),
            maxEventsPerRequest: make.chance(50) ? nil : make.below(6))
    }

    /// What did not hold, or `nil`.
    mutating func run(_ tally: inout Tally) -> String? {
        let isValid = make.chance(40)
        var (body, events) = envelope(valid: isValid)
        if !isValid, make.chance(70) { make.damage(&body) }
        let plain = inspect(body, encoding: nil)
        if case .success = plain { tally.accepted += 1 } else { tally.refused += 1 }
        if inspect(body, encoding: nil, piece: 1 + make.below(20)) != plain { return "pieces differ: \(show(body))" }
        if let complaint = compareWithWorker(body, plain) { return complaint }
        if isValid, body.count <= limits.maxBodyBytes, events <= limits.effectiveMaxEvents, plain.value?.eventCount != events {
            return "a valid body was refused (\(plain)): \(show(body))"
        }
        return compareGzip(body, &tally)
    }

    /// Scans with the worker's scanner what the edge accepted or refused.
    private func compareWithWorker(_ body: [UInt8], _ edge: Verdict.Outcome) -> String? {
        guard body.count <= limits.maxBodyBytes, !hasMagic(body) else { return nil }
        let worker = Verdict.worker(body, limits: limits)
        guard worker.map(\.envelope) == edge else { return "the worker's scan differs: \(edge) \(worker): \(show(body))" }
        guard let batch = worker.value else { return nil }
        var end = 0
        for span in batch.events {
            let inside = span.range
            guard inside.lowerBound >= end, inside.upperBound <= body.count, body[inside.lowerBound] == Bytes.openBrace,
                body[inside.upperBound - 1] == Bytes.closeBrace
            else { return "a span is no object: \(span) \(show(body))" }
            end = inside.upperBound
            if let data = span.dataRange, data.isEmpty || !inside.contains(data.lowerBound) || data.upperBound >= inside.upperBound {
                return "data is not inside its event: \(show(body))"
            }
            if let tag = span.tagRange, let data = span.dataRange,
                body[tag.lowerBound] != Bytes.quote || body[tag.upperBound - 1] != Bytes.quote
                    || tag.count < 2 || !data.contains(tag.lowerBound) || !data.contains(tag.upperBound)
            {
                return "tag is not inside data: \(show(body))"
            }
            if !JSONScannerTests.isValid(Array(body[inside])) { return "a span is no JSON: \(show(body))" }
        }
        if let range = batch.metadataRange, !JSONScannerTests.isValid(Array(body[range])) { return "metadata is no JSON: \(show(body))" }
        return batch.events.count == batch.envelope.eventCount ? nil : "events are missing: \(show(body))"
    }

    /// The same body compressed, then damaged.
    private mutating func compareGzip(_ body: [UInt8], _ tally: inout Tally) -> String? {
        var packed = body.withUnsafeBytes { Gzip.deflate($0, level: make.pick([1, 6, 9])) }
        if packed.count <= limits.maxBodyBytes, body.count <= min(limits.maxInflatedBytes, limits.maxBodyBytes) {
            var expected = inspect(body, encoding: nil)
            if case .success(var envelope) = expected {
                envelope.encoding = .gzip
                expected = .success(envelope)
            }
            if !hasMagic(body), inspect(packed, encoding: make.pick([nil, "gzip", "GZIP"]), piece: 1 + make.below(300)) != expected {
                return "compressed differs: \(show(body))"
            }
        }
        make.damage(&packed)
        if make.chance(20) { packed += make.value(depth: 2) }
        tally.damagedGzip += 1
        let outcome = inspect(packed, encoding: "gzip")
        if inspect(packed, encoding: "gzip", piece: 1 + make.below(40)) != outcome { return "pieces of damaged gzip differ: \(packed)" }
        guard packed.count <= limits.maxBodyBytes, !packed.isEmpty else { return nil }
        let member = Result { try packed.withUnsafeBytes { try Gzip.member($0, limit: limits.maxInflatedBytes) } }
        switch (member, outcome.rejection) {
        case (.success(let member), let rejection) where rejection != .invalidGzip && rejection != .bodyTooLarge:
            return member.bytes.count == outcome.value?.inflatedBytes ?? member.bytes.count && member.consumed <= packed.count
                ? nil : "lengths differ: \(packed)"
        case (.failure(let error as GzipError), .invalidGzip) where error == .invalid: return nil
        case (.failure(let error as GzipError), .bodyTooLarge) where error == .tooLarge: return nil
        default: return "inflating whole and in windows differ: \(member) \(outcome) \(packed)"
        }
    }

    private func inspect(_ body: [UInt8], encoding: String?, piece: Int = .max) -> Verdict.Outcome {
        Verdict.edge(body, limits: limits, encoding: encoding, piece: piece)
    }

    private func hasMagic(_ body: [UInt8]) -> Bool { body.starts(with: [0x1F, 0x8B]) }

    private func show(_ body: [UInt8]) -> String { "\(limits) \(String(decoding: body, as: UTF8.self)) \(body)" }

    // MARK: - Bodies

    private static let keys = [
        "type", "data", "timestamp", "source", "tag", "payload", "sessionId", "windowId", "events", "metadata", "batchId", "sequence", "recorder",
        #"typ\u0065"#, #"\u0064ata"#, "x", "",
    ]

    /// A body, and how many events it has if it is a valid one.
    private mutating func envelope(valid: Bool) -> ([UInt8], Int) {
        let count = 1 + make.below(valid ? 5 : 8)
        var fields = [
            field("sessionId", valid || make.chance(90) ? Array(#""s-1_A""#.utf8) : make.value(depth: 1)),
            field("windowId", valid || make.chance(90) ? Array(#""w""#.utf8) : make.value(depth: 1)),
            field("events", valid || make.chance(95) ? array((0..<count).map { _ in event(valid: valid) }) : make.value(depth: 2)),
        ]
        if make.chance(40) { fields.append(field("metadata", make.value(depth: 3))) }
        if make.chance(30) { fields.append(field("batchId", valid ? Array(#""b7""#.utf8) : make.value(depth: 1))) }
        if make.chance(30) { fields.append(field("sequence", valid ? Array("\(make.below(1 << 40))".utf8) : make.value(depth: 1))) }
        if make.chance(20) { fields.append(field("recorder", make.value(depth: 1))) }
        if make.chance(20) { fields.append(field("unknown", make.value(depth: 3))) }
        if !valid, make.chance(20) { fields.append(field(make.pick(Self.keys), make.value(depth: 3))) }
        fields.shuffle(using: &make.random)
        return (make.space() + object(fields) + make.space(), count)
    }

    private mutating func event(valid: Bool) -> [UInt8] {
        if !valid, make.chance(4) { return make.value(depth: 2) }
        var fields = [field("type", Array("\(make.below(8))".utf8))]
        if make.chance(90) { fields.append(field("data", make.chance(80) ? data() : make.value(depth: 3))) }
        if make.chance(80) {
            let good = ["1795248584071", "0", "1.5e3", #""12.5""#, #"" 0x1F ""#, #""1_000""#, #"".5""#]
            fields.append(field("timestamp", valid || make.chance(95) ? Array(make.pick(good).utf8) : make.value(depth: 1)))
        }
        for _ in 0..<(make.chance(20) ? make.below(4) : 0) { fields.append(field(valid ? "x" : make.pick(Self.keys), make.value(depth: 2))) }
        fields.shuffle(using: &make.random)
        return object(fields)
    }

    private mutating func data() -> [UInt8] {
        var fields = [field("source", Array("\(make.below(16))".utf8)), field("tag", make.string())]
        for _ in 0..<make.below(4) { fields.append(field(make.pick(Self.keys), make.value(depth: 3))) }
        if make.chance(3) {
            let levels = make.below(400)
            fields.append(field("node", Array((String(repeating: "[", count: levels) + "0" + String(repeating: "]", count: levels)).utf8)))
        }
        return object(fields)
    }

    private mutating func field(_ key: String, _ value: [UInt8]) -> [UInt8] {
        Array("\"\(key)\"".utf8) + make.space() + [Bytes.colon] + make.space() + value
    }

    private mutating func object(_ fields: [[UInt8]]) -> [UInt8] { [Bytes.openBrace] + joined(fields) + [Bytes.closeBrace] }

    private mutating func array(_ elements: [[UInt8]]) -> [UInt8] { [Bytes.openBracket] + joined(elements) + [Bytes.closeBracket] }

    private mutating func joined(_ parts: [[UInt8]]) -> [UInt8] {
        Array(parts.map { make.space() + $0 + make.space() }.joined(separator: [Bytes.comma]))
    }
}
