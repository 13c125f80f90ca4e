extension RedisClient {
    /// Runs a script with `KEYS` and `ARGV`.
    /// - Throws: as `send`; an error the script returns as `SENTIERO <CODE> text` has the code `.script("CODE")`.
    public func run(_ script: Script, keys: [RedisKey], arguments: [any RedisArgument] = [], isIdempotent: Bool = false) async throws(RedisError)
        -> RedisValue
    {
        var call = try script.call(keys: keys, isIdempotent: isIdempotent)
        call.append(contentsOf: arguments)
        return try await run(call)
    }

    /// Runs a prepared call. When Redis does not know the script (it restarted, or someone flushed its scripts) the script
    /// is loaded and the call sent once more: it had not run.
    public func run(_ call: ScriptCall) async throws(RedisError) -> RedisValue {
        do throws(RedisError) {
            return try await send(call.command)
        } catch {
            guard error.code == .noScript else { throw error }
        }
        let replies = try await send([call.script.loading, call.command])
        // When loading was refused, that says more than a second NOSCRIPT.
        if let refusal = replies[0].error { throw refusal }
        return try replies[1].get()
    }

    /// Runs several calls in one write, in order.
    /// - Returns: one reply per call; errors are `.error` values. Calls Redis did not know the script of are sent once more, after the others.
    public func run(_ calls: [ScriptCall]) async throws(RedisError) -> [RedisValue] {
        var replies = try await send(calls.map(\.command))
        let unknown = replies.indices.filter { replies[$0].error?.code == .noScript }
        guard !unknown.isEmpty else { return replies }
        let again = try await send(unknown.flatMap { [calls[$0].script.loading, calls[$0].command] })
        for (position, index) in unknown.enumerated() { replies[index] = again[position * 2 + 1] }
        return replies
    }
}

extension Script {
    var loading: RedisCommand { RedisCommand("SCRIPT", "LOAD", source, isIdempotent: true) }
}
