import Web

/// Which projects a command is about. A misspelt one must not pass for one without sessions.
extension Settings {
    var projects: Projects { Projects(ingestKeys: keys("ingest_keys"), browserKeys: keys("browser_keys")) }

    /// - Throws: `CommandFailure` naming the configured projects when this is none of them.
    func checkProject(_ name: String?) throws {
        guard let name, !projects.names.contains(name) else { return }
        throw CommandFailure(.wrongUse, "There is no project \(name). Configured: \(projects.names.joined(separator: ", ")).")
    }

    /// The named project, or the only one.
    /// - Throws: `CommandFailure` for an unknown one, and when there are several and none is named.
    func oneProject(_ name: String?) throws -> String {
        try checkProject(name)
        if let name { return name }
        guard projects.names.count == 1 else {
            throw CommandFailure(
                .wrongUse, "Several projects are configured; name one with --project: \(projects.names.joined(separator: ", ")).")
        }
        return projects.first
    }
}
