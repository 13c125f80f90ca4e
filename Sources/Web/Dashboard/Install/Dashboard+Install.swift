import Foundation
import Hummingbird

extension Dashboard {
    /// The page that makes the script tag.
    func install(_ call: DashboardRequest) async throws -> Response {
        let choices = InstallChoices(call.query, configured: configuration.recorder)
        let isConfigured = !configuration.publicURL.isEmpty || configuration.eventsURL != nil
        let guessed = isConfigured ? nil : call.hosts.first.map { (call.isSecure ? "https://" : "http://") + $0 }
        let (frame, finish) = try await frame(call, title: "Install", section: .install, script: "install")
        let view = try InstallView(
            frame: frame, choices: choices, configuration: configuration, project: call.project, assets: assets, guessed: guessed,
            arrival: try await arrival(call), urls: call.urls)
        return finish(DashboardReply.page(try templates.render("install", view)))
    }

    /// Whether batches come in: what the page asks while it waits.
    func installCheck(_ call: DashboardRequest) async throws -> Response {
        struct Answer: Encodable {
            let accepted: ArrivalView.Entry?
            let refused: ArrivalView.Entry?
        }
        let arrival = try await arrival(call)
        return DashboardReply.json(Array(try JSONEncoder().encode(Answer(accepted: arrival.accepted, refused: arrival.refused))))
    }

    private func arrival(_ call: DashboardRequest) async throws -> ArrivalView {
        let (accepted, refused) = try await Arrivals.read(services.redis, services.keys, project: call.project)
        return ArrivalView(accepted: accepted, refused: refused)
    }
}
