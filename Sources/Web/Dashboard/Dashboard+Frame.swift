import Foundation
import HTTPTypes
import Hummingbird

extension Dashboard {
    /// Puts the cookies of a page on its response.
    struct Finish: Sendable {
        let token: String
        let cookie: Cookie?
        let clearsFlash: Bool
        let flash: Flash
        let path: String

        func callAsFunction(_ response: Response) -> Response {
            var response = response
            if let cookie { response.setCookie(cookie) }
            if clearsFlash { flash.clear(on: &response, path: path) }
            return response
        }
    }

    /// Below this path the dashboard's cookies are sent. Without a slash at its end, or the bare mount would not get them.
    var cookiePath: String { configuration.mount.isEmpty ? "/" : configuration.mount }

    /// The address of a built file; without a build there is none, and the page works without script.
    func assetURL(_ name: String) -> String { configuration.mount + (assets.path(name) ?? "/assets/\(name)") }

    /// The frame of a page: navigation, the one-time notice, the token for its forms.
    func frame(_ call: DashboardRequest, title: String, section: Frame.Section, script: String) async throws -> (Frame, Finish) {
        let (token, isNew) = CSRF.token(cookies: call.cookies, isSecure: call.isSecure)
        let cookie = Cookie(
            name: CSRF.cookieName(isSecure: call.isSecure), value: token, path: cookiePath, secure: call.isSecure, httpOnly: true, sameSite: .strict)
        let notice = try await flash.take(cookies: call.cookies)
        var frame = frame(title: title, section: section, script: script, urls: call.urls, cookies: call.cookies, project: call.project)
        frame.notice = notice
        return (frame, Finish(token: token, cookie: isNew ? cookie : nil, clearsFlash: notice != nil, flash: flash, path: cookiePath))
    }

    func frame(title: String, section: Frame.Section, script: String, urls: DashboardURLs, cookies: Cookies, project: String) -> Frame {
        let names = configuration.projects.names
        return Frame(
            title: title,
            home: urls.sessions(),
            items: [
                .init(title: "Sessions", url: urls.sessions(), isCurrent: section == .sessions, isSessions: true),
                .init(title: "Issues", url: urls.issues(), isCurrent: section == .issues, isIssues: true),
                .init(title: "Events", url: urls.customEvents(), isCurrent: section == .events, isEvents: true),
                .init(title: "Alerts", url: urls.alerts(), isCurrent: section == .alerts, isAlerts: true),
                .init(title: "Maintenance", url: urls.maintenance, isCurrent: section == .maintenance, isMaintenance: true),
                .init(title: "Install", url: urls.install, isCurrent: section == .install, isInstall: true),
            ],
            projects: names.count < 2
                ? []
                : names.map { name in
                    let urls = DashboardURLs(mount: configuration.mount, project: name)
                    return .init(title: name, url: section.url(urls), isCurrent: name == project)
                },
            project: project,
            theme: ["light", "dark"].first { $0 == cookies["sentiero_theme"]?.value },
            style: assetURL("style"),
            script: assetURL(script),
            cookiePath: cookiePath)
    }

    /// An error as the client wants to read it.
    func response(for failure: DashboardFailure, _ request: Request) -> Response {
        var response: Response
        // Whatever the path says below it: a program reads the answer.
        let isAPI = request.uri.path.hasPrefix(configuration.mount + "/api/v1/")
        if isAPI || (failure.isJSON || route(request.uri.path)?.isJSON ?? false) && failure.status != .unauthorized {
            let json = (try? JSONEncoder().encode(["error": failure.message])) ?? Data()
            response = DashboardReply.json(Array(json), status: failure.status)
        } else if failure.status == .unauthorized || !DashboardRequest.acceptsHTML(request.headers) {
            response = DashboardReply.text(failure.plainText, status: failure.status)
        } else {
            response = errorPage(failure, request)
        }
        switch failure.status {
        case .unauthorized: response.headers[.wwwAuthenticate] = "Basic realm=\"Sentiero\", charset=\"UTF-8\""
        case .methodNotAllowed: response.headers[.allow] = failure.allow.map(\.rawValue).joined(separator: ", ")
        default: break
        }
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private func errorPage(_ failure: DashboardFailure, _ request: Request) -> Response {
        let isShut = failure == .closed
        let urls = DashboardURLs(mount: configuration.mount, project: nil)
        let frame = frame(
            title: failure.message, section: .none, script: "page", urls: urls, cookies: request.cookies, project: configuration.projects.first)
        let view = MessageView(
            frame: frame, heading: failure.message, detail: failure.detail, linkURL: isShut ? nil : failure.link?.url ?? urls.sessions(),
            linkText: isShut ? nil : failure.link?.text ?? "All sessions")
        guard let html = try? templates.render("message", view) else { return DashboardReply.text(failure.plainText, status: failure.status) }
        return DashboardReply.page(html, status: failure.status)
    }
}
