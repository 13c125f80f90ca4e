import Analytics
import Foundation
import Hummingbird
import Ingest
import RedisStore

extension Dashboard {
    /// Events of recordings a page reads at most.
    static let maxBrowserEvents = 500
    /// Server events a page counts over.
    static let maxServerEvents = 10_000

    /// Server events, or those of recordings.
    func customEvents(_ call: DashboardRequest) async throws -> Response {
        let address = CustomEventsAddress(call.query)
        var found =
            switch address.source {
            case .server: try await serverEvents(call, address)
            case .browser: try await browserEvents(call, address)
            }
        if found.rows.isEmpty, !address.isFiltered { found.sibling = try await sibling(call, of: address.source) }
        var (frame, finish) = try await frame(call, title: "Events", section: .events, script: "page")
        frame.token = finish.token
        await record(call, .listEvents)
        return finish(
            DashboardReply.page(
                try templates.render("custom_events", CustomEventsView(frame: frame, address: address, found: found, urls: call.urls))))
    }

    /// One server event.
    func customEvent(_ call: DashboardRequest, id: String) async throws -> Response {
        let event: ServerEvent?
        do throws(ServerEventStoreError) {
            event = try await serverEvents.find(id, project: call.project)
        } catch {
            if case .redis(let fault) = error { throw fault }
            throw DashboardFailure.invalidID
        }
        guard let event else {
            throw DashboardFailure(
                status: .notFound, message: "Event not found", detail: "There is no server event with this id. It may have expired or been erased.",
                link: .init(url: call.urls.customEvents(), text: "All events"))
        }
        var (frame, finish) = try await frame(call, title: event.name, section: .events, script: "page")
        frame.token = finish.token
        await record(call, .viewEvent, target: "event:" + event.id)
        return finish(DashboardReply.page(try templates.render("custom_event", CustomEventView(frame: frame, event: event, urls: call.urls))))
    }

    private func serverEvents(_ call: DashboardRequest, _ address: CustomEventsAddress) async throws -> CustomEventsView.Found {
        var query = ServerEventQuery()
        query.search = address.search
        query.level = address.level
        query.since = address.range.since
        query.until = address.range.until
        let (events, isCapped) = try await serverEvents.scan(query, project: call.project, limit: Self.maxServerEvents)
        let rows = events.map {
            EventRow(name: $0.name, level: $0.level, seconds: Double($0.atMs) / 1000, payload: $0.payload.map { Array($0.utf8) })
        }
        let shown = Self.page(events, address).map { event in
            CustomEventsView.Row(
                name: event.name, url: call.urls.serverEvent(event.id), payload: event.payload, level: LevelBadge(event.level),
                session: event.session.map { String($0.prefix(16)) },
                sessionURL: event.session.map { call.urls.moment($0, window: nil, atMs: event.atMs) }, window: nil,
                replayURL: nil, offset: nil, time: Format.time(Double(event.atMs) / 1000))
        }
        var found = CustomEventsView.Found(rows: rows, shown: shown)
        if isCapped {
            found.capped = "These are the newest \(Format.count(events.count, "event")); counts and sums are over them."
            found.olderURL = rows.last.map { call.urls.customEvents(address.parameters(["until": Format.time($0.seconds).iso])) }
        }
        return found
    }

    private func browserEvents(_ call: DashboardRequest, _ address: CustomEventsAddress) async throws -> CustomEventsView.Found {
        let scan = try await customEventScan.newest(
            Self.maxBrowserEvents, since: address.range.since, until: address.range.until, showsInternal: address.showsInternal, project: call.project
        )
        let needle = address.search?.lowercased()
        let events = scan.found.filter { needle == nil || $0.event.tag.lowercased().contains(needle ?? "") }
        let rows = events.map { EventRow(name: $0.event.tag, seconds: $0.atMs / 1000, payload: $0.event.payload) }
        let shown = Self.page(events, address).map { found in
            CustomEventsView.Row(
                name: found.event.tag, url: nil, payload: found.event.payload.map { String(decoding: $0, as: UTF8.self) }, level: nil,
                session: String(found.session.prefix(12)), sessionURL: call.urls.session(found.session), window: String(found.window.prefix(8)),
                replayURL: call.urls.window(found.session, found.window, [("t", String(Int(found.offsetMs)))]),
                offset: Format.duration(found.offsetMs), time: Format.time(found.atMs / 1000))
        }
        var result = CustomEventsView.Found(rows: rows, shown: shown)
        if scan.isCapped {
            result.capped = "The newest \(Format.count(scan.found.count, "event")) of \(Format.count(scan.sessions, "session")) were read."
        }
        return result
    }

    private func sibling(_ call: DashboardRequest, of source: CustomEventsAddress.Source) async throws -> (count: Int, isCapped: Bool) {
        switch source {
        case .server:
            let scan = try await customEventScan.newest(Self.maxBrowserEvents, since: nil, until: nil, showsInternal: false, project: call.project)
            return (scan.found.count, scan.isCapped)
        case .browser:
            let scan = try await serverEvents.scan(ServerEventQuery(), project: call.project, limit: Self.maxBrowserEvents)
            return (scan.events.count, scan.isCapped)
        }
    }

    private static func page<Event>(_ events: [Event], _ address: CustomEventsAddress) -> ArraySlice<Event> {
        events.dropFirst((address.page - 1) * address.perPage).prefix(address.perPage)
    }
}

/// What the template of one server event shows.
struct CustomEventView: Sendable {
    let frame: Frame
    let name: String
    let level: LevelBadge
    let project: String
    let id: String
    let time: Format.Time
    let session: String?
    let sessionURL: String?
    let payload: String?
    let eventsURL: String

    init(frame: Frame, event: ServerEvent, urls: DashboardURLs) {
        self.frame = frame
        name = event.name
        level = LevelBadge(event.level)
        project = event.project
        id = event.id
        time = Format.time(Double(event.atMs) / 1000)
        session = event.session
        sessionURL = event.session.map { urls.moment($0, window: nil, atMs: event.atMs) }
        payload = event.payload.map(Self.pretty)
        eventsURL = urls.customEvents()
    }

    /// Indented; a text that cannot be read stays as it is.
    static func pretty(_ json: String) -> String {
        guard let value = try? JSONSerialization.jsonObject(with: Data(json.utf8)),
            let data = try? JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return json }
        return String(decoding: data, as: UTF8.self)
    }
}
