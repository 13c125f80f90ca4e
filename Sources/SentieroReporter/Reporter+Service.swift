public import ServiceLifecycle

/// In a service group the reporter delivers what it holds when the group shuts down, and goes on reporting: of what stops the group the host
/// hears only afterwards. Name it first: the first is stopped last, so that it also hears of what goes wrong while the others stop.
extension Reporter: Service {
    public func run() async throws {
        // Ends with the group, gracefully or not.
        try? await gracefulShutdown()
        await hurry()
    }
}
