import Hummingbird
import Logging

/// Who may see the dashboard (spec 03 section 3). Fails closed.
struct AuthGate: Sendable {
    /// The one answer per request.
    enum Decision: Equatable, Sendable {
        /// nil: no login is configured, and the operator said that this is wanted.
        case allowed(user: String?)
        /// Ask for a login. `isAttempt`: a wrong one was given.
        case unauthorized(isAttempt: Bool)
        /// No login is configured.
        case closed
        /// Too many failed logins from this address; seconds until the next try. `isFirst`: of the tries within this pause.
        case throttled(seconds: Int, isFirst: Bool)
    }

    let credentials: BasicCredentials?
    let allowsInsecure: Bool
    let logins: FailedLogins
    /// Sees every decision: metrics, and the test that counts them.
    var onDecision: (@Sendable (Decision) -> Void)?

    func decide(authorization: String?, address: String?) async -> Decision {
        let decision = await decision(authorization, address)
        onDecision?(decision)
        return decision
    }

    private func decision(_ authorization: String?, _ address: String?) async -> Decision {
        guard let credentials else { return allowsInsecure ? .allowed(user: nil) : .closed }
        guard let authorization else { return .unauthorized(isAttempt: false) }
        // Asked before the password is looked at: a right guess inside the pause must not show.
        if let pause = await logins.pause(address: address) { return .throttled(seconds: pause.seconds, isFirst: pause.isFirst) }
        guard credentials.accepts(authorization: authorization) else {
            await logins.record(address: address)
            return .unauthorized(isAttempt: true)
        }
        return .allowed(user: credentials.user)
    }
}
