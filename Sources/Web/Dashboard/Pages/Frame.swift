/// What every page has around its content.
struct Frame: Sendable {
    /// One item of a list of links.
    struct Item: Sendable {
        let title: String
        let url: String
        let isCurrent: Bool
        /// Name of the icon's partial, as the flags a template can ask for.
        var isSessions = false
        var isEvents = false
        var isIssues = false
        var isAlerts = false
        var isMaintenance = false
        var isInstall = false
    }

    let title: String
    let home: String
    let items: [Item]
    /// Only with several projects.
    let projects: [Item]
    let project: String
    /// `light` or `dark` when the visitor chose; nil follows the system.
    let theme: String?
    let style: String
    let script: String
    let cookiePath: String
    var notice: String?
    /// For forms; nil on pages without any.
    var token: String?

    /// Which item of the side bar a page belongs to.
    enum Section: Sendable {
        case sessions, issues, events, alerts, maintenance, install, none

        /// Where the project switch leads from such a page.
        func url(_ urls: DashboardURLs) -> String {
            switch self {
            case .issues: urls.issues()
            case .events: urls.customEvents()
            case .alerts: urls.alerts()
            default: urls.sessions()
            }
        }
    }
}
