/// Of this library, as it tells the server in `user-agent`.
enum ReporterVersion {
    static let text = "0.1.0"
}
