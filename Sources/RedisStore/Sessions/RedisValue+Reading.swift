extension RedisValue {
    /// The elements of an array; anything else is empty.
    /// - Throws: the error this reply is.
    func elements() throws(RedisError) -> [RedisValue] { try get().array ?? [] }

    /// A flat `field value field value` reply.
    /// - Throws: the error this reply is.
    func fields() throws(RedisError) -> [String: String] {
        var result: [String: String] = [:]
        for (field, value) in try get().pairs ?? [] { result[field] = value.string }
        return result
    }

    /// A text, or nil when the key is missing.
    /// - Throws: the error this reply is.
    func text() throws(RedisError) -> String? { try get().string }
}
