extension EnvelopeFields {
    /// The envelope, or the first failure in the order of spec 01, 1.3 (from the ids on).
    func envelope(inflatedBytes: Int, encoding: BodyEncoding) throws(EnvelopeRejection) -> Envelope {
        guard let sessionID else { throw .sessionID }
        guard let windowID else { throw .windowID }
        guard case .array = events, eventCount > 0, !hasNonObjects else { throw .events }
        guard eventCount <= maxEvents else { throw .tooManyEvents(max: maxEvents) }
        guard !hasInvalidTimestamps else { throw .timestamp }
        var batch: String?
        switch batchID {
        case .absent: break
        case .invalid: throw .batchID
        case .valid(let id): batch = id
        }
        var number: Int?
        switch sequence {
        case .absent: break
        case .invalid: throw .sequence
        case .valid(let value): number = value
        }
        return Envelope(
            sessionID: sessionID, windowID: windowID, batchID: batch, sequence: number, recorder: recorder,
            eventCount: eventCount, inflatedBytes: inflatedBytes, encoding: encoding
        )
    }
}
