/// The platforms whose backtraces are known, under all the names they go by.
enum Platform {
    private static let aliases = [
        "js": "javascript", "node": "javascript", "nodejs": "javascript", "node_js": "javascript", "typescript": "javascript", "ts": "javascript",
        "deno": "javascript", "bun": "javascript", "browser": "javascript",
        "java": "jvm", "kotlin": "jvm", "scala": "jvm", "groovy": "jvm", "clojure": "jvm",
        "golang": "go", "py": "python", "python3": "python", "rb": "ruby", "rails": "ruby",
    ]

    /// - Parameter name: in lower case, as reported.
    static func canonical(_ name: String) -> String { aliases[name] ?? name }
}
