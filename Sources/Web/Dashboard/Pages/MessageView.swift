/// A page that says one thing: an error, or why a session is gone.
struct MessageView: Sendable {
    let frame: Frame
    let heading: String
    let detail: String?
    let linkURL: String?
    let linkText: String?
}

/// Asks before something is deleted, for browsers without script.
struct ConfirmView: Sendable {
    let frame: Frame
    let heading: String
    let detail: String
    let action: String
    let button: String
    let cancelURL: String
    let fields: [SessionsView.Hidden]
}
