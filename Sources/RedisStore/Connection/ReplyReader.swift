import CHiredis

/// Turns received bytes into values with hiredis' parser; a string is copied once, from the parser's buffer into the value.
///
/// Confined to one thread.
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private let builder = ReplyBuilder()

    /// hiredis keeps the pointer, so it lives as long as the process. Safe: written here once, only read afterwards.
    private nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, text, length in
                    ReplyBuilder.of(task)?.addString(kind: task?.pointee.type ?? 0, UnsafeRawBufferPointer(start: text, count: length))
                    return ReplyBuilder.made
                },
                createArray: { task, count in
                    ReplyBuilder.of(task)?.open(count: Int(count))
                    return ReplyBuilder.made
                },
                createInteger: { task, number in
                    ReplyBuilder.of(task)?.add(.integer(number))
                    return ReplyBuilder.made
                },
                createNil: { task in
                    ReplyBuilder.of(task)?.add(.null)
                    return ReplyBuilder.made
                },
                freeObject: { _ in }
            ))
        return functions
    }()

    init?() {
        guard let reader = redisReaderCreateWithFunctions(Self.functions) else { return nil }
        self.reader = reader
        // The builder lives as long as the reader: both are ours.
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
        reader.pointee.maxbuf = 256 << 10
    }

    deinit { redisReaderFree(reader) }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
        let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard redisReaderFeed(reader, text, bytes.count) == REDIS_OK else { throw failure }
    }

    /// The next complete reply, or nil when more bytes are needed.
    func next() throws(RedisError) -> RedisValue? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw failure }
        return object == nil ? nil : builder.take()
    }

    private var failure: RedisError {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return RedisError(.protocol, text)
    }
}

/// Puts the parser's events together. Flat: only arrays still open are on the stack.
private final class ReplyBuilder {
    private var open: [(missing: Int, values: [RedisValue])] = []
    private var complete: RedisValue?

    /// hiredis takes a null object for "out of memory". Safe: an address nobody looks at.
    nonisolated(unsafe) static let made = UnsafeMutableRawPointer(bitPattern: 1)

    static func of(_ task: UnsafePointer<redisReadTask>?) -> ReplyBuilder? {
        guard let data = task?.pointee.privdata else { return nil }
        return Unmanaged<ReplyBuilder>.fromOpaque(data).takeUnretainedValue()
    }

    func take() -> RedisValue? {
        defer { complete = nil }
        return complete
    }

    func addString(kind: Int32, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case REDIS_REPLY_STATUS: add(.status(String(decoding: bytes, as: UTF8.self)))
        case REDIS_REPLY_ERROR: add(.error(String(decoding: bytes, as: UTF8.self)))
        default: add(.bulk([UInt8](bytes)))
        }
    }

    func open(count: Int) {
        guard count > 0 else { return add(.array([])) }
        var values: [RedisValue] = []
        // The count is the peer's word: do not let it allocate without bound.
        values.reserveCapacity(min(count, 4096))
        open.append((count, values))
    }

    func add(_ value: RedisValue) {
        var value = value
        while let last = open.indices.last {
            open[last].values.append(value)
            open[last].missing -= 1
            guard open[last].missing == 0 else { return }
            value = .array(open.removeLast().values)
        }
        complete = value
    }
}
