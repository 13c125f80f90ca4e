import RedisStore

/// What a process tells its caller (spec 06 section 4).
enum ExitStatus: Int32 {
    case failed = 1
    case wrongUse = 2
    case redisUnreachable = 3
    case needsAttention = 4
}

/// The end of a command that did not do what was asked.
struct CommandFailure: Error, Equatable {
    let status: ExitStatus
    /// For a person; empty when all was said.
    let sentence: String

    init(_ status: ExitStatus, _ sentence: String = "") {
        self.status = status
        self.sentence = sentence
    }

    /// - Parameter url: where Redis was looked for, without its password.
    init(_ error: RedisError, at configuration: RedisConfiguration) {
        switch error.code {
        case .connectionLost, .notConnected, .timeout, .shutdown:
            let isOfKeys = error.message.hasPrefix("the Redis of the keys")
            self.init(
                .redisUnreachable,
                isOfKeys
                    ? "\(error.message). Is it running, and is SENTIERO_KEY_REDIS_URL right?"
                    : "Redis cannot be reached at \(configuration): \(error.message). Is it running, and is SENTIERO_REDIS_URL right?")
        default:
            self.init(.failed, "Redis refused: \(error.message)")
        }
    }
}
