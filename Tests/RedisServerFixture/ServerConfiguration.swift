/// redis.conf of a test's server.
struct ServerConfiguration {
    let options: RedisServer.Options
    let port: Int
    let unixSocket: String
    let directory: String

    var text: String {
        var lines = [
            "bind 127.0.0.1",
            "port \(port)",
            "unixsocket \(unixSocket)",
            "dir \(directory)",
            "logfile \(directory)/redis.log",
            "daemonize no",
            "save \"\"",
            "appendonly \(options.appendOnly ? "yes" : "no")",
            "appendfsync \(options.appendFsync)",
            "maxmemory \(options.maxMemoryBytes)",
            "maxmemory-policy \(options.maxMemoryPolicy)",
            "enable-debug-command local",
            // As the product asks for (DESIGN.md section 6), so that tests see the layout of production.
            "stream-node-max-bytes 1024",
            "hash-max-listpack-value 512",
        ]
        if let password = options.password { lines.append("requirepass \"\(password)\"") }
        lines += options.users.map { "user \($0)" }
        lines += options.extra
        return lines.joined(separator: "\n") + "\n"
    }
}
