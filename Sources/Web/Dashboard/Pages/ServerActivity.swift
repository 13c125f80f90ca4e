import Ingest
import RedisStore

/// What servers reported of one session: a card of its page, and the marks of its timeline (spec 03 section 2.3).
struct ServerActivity: Sendable {
    /// Most exceptions, and most events, that are listed.
    static let most = 100
    /// Occurrences that are looked at for these: those of browsers are not listed where the recording shows them.
    static let mostRead = 400
    private static let mostFrames = 20
    /// Characters.
    private static let longestLabel = 120

    struct Row: Sendable {
        let isException: Bool
        /// Of an event; an exception counts as `error`.
        let level: String
        /// Class of the badge that shows the level.
        let look: String
        let time: String
        /// Class of an exception, name of an event.
        let title: String
        let message: String?
        let url: String
        /// The replay shortly before; nil without a recording.
        let momentURL: String?
        let backtrace: String?
        /// Indented JSON.
        let payload: String?
        let hasDetails: Bool
        /// ms since 1970.
        let atMs: Int64
        let window: String?
    }

    /// Where in the recording something is to be watched.
    fileprivate struct Place {
        let window: String
        /// The replay shortly before.
        let url: String
    }

    /// One mark of the timeline.
    struct Marker: Encodable, Sendable, Equatable {
        /// Since the window began.
        let offset_ms: Double
        /// `exception` or `event`.
        let kind: String
        let label: String
        /// nil for an exception.
        let level: String?
        let href: String
    }

    let rows: [Row]
    let hasRows: Bool
    /// `2 exceptions and 1 event`.
    let summary: String
    /// Levels to choose from, the most telling first.
    let levels = ["error", "warn", "info", "debug"]
    /// JSON of the marks.
    let markers: String

    /// - Parameters:
    ///   - occurrences: newest first; of browsers, too.
    ///   - events: newest first.
    ///   - windows: of the recording.
    ///   - shown: the one that is shown; nil without a recording, where errors of browsers are listed as well.
    init(
        occurrences: [Occurrence], events: [ServerEvent], session: String, windows: [WindowRow], shown: WindowRow?, urls: DashboardURLs
    ) throws {
        func place(_ name: String?, _ atMs: Int64) -> Place? {
            shown.map { shown in
                let window = windows.window(of: name, at: Double(atMs), shown: shown).id
                return Place(window: window, url: urls.moment(session, window: window, atMs: atMs))
            }
        }
        let exceptions = occurrences.filter { shown == nil || !$0.isOfBrowser }.prefix(Self.most).map { occurrence in
            Row(occurrence, frames: Self.mostFrames, url: urls.issue(occurrence.fingerprint), place: place(occurrence.window, occurrence.atMs))
        }
        let events = events.prefix(Self.most).map { Row($0, url: urls.serverEvent($0.id), place: place(nil, $0.atMs)) }
        let rows = (exceptions + events).sorted { $0.atMs > $1.atMs }
        self.rows = rows
        hasRows = !rows.isEmpty
        summary = [(exceptions.count, "exception"), (events.count, "event")].filter { $0.0 > 0 }.map { Format.count($0.0, $0.1) }
            .joined(separator: " and ")
        markers = try IslandJSON.encode(shown.map { Self.markers(rows, in: $0) } ?? [])
    }

    /// Oldest first. What came before the window began lies at its start; what belongs to another window is not marked in this one.
    private static func markers(_ rows: [Row], in window: WindowRow) -> [Marker] {
        rows.reversed().filter { $0.window == window.id }.map { row in
            let label = row.message.map { "\(row.title): \($0)" } ?? row.title
            return Marker(
                offset_ms: max(0, Double(row.atMs) - window.start), kind: row.isException ? "exception" : "event",
                label: String(label.prefix(longestLabel)), level: row.isException ? nil : row.level, href: row.url)
        }
    }
}

extension ServerActivity.Row {
    fileprivate init(_ occurrence: Occurrence, frames: Int, url: String, place: ServerActivity.Place?) {
        let document = occurrence.document
        let (time, lines) = (Format.time(Double(occurrence.atMs) / 1000), document?.backtrace ?? [])
        let rest = lines.count - frames
        let backtrace = lines.prefix(frames).joined(separator: "\n") + (rest > 0 ? "\n… and \(Format.count(rest, "more frame"))" : "")
        let payload = Self.shown(document?.context)
        self.init(
            isException: true, level: ServerEventLevel.error.rawValue, look: "pill-danger", time: time.exact,
            title: document.map { $0.exceptionClass.isEmpty ? "Error" : $0.exceptionClass } ?? "Exception",
            message: document?.message ?? "Encrypted; its key is gone, or is not known here.", url: url, momentURL: place?.url,
            backtrace: lines.isEmpty ? nil : backtrace, payload: payload, hasDetails: !lines.isEmpty || payload != nil, atMs: occurrence.atMs,
            window: place?.window)
    }

    fileprivate init(_ event: ServerEvent, url: String, place: ServerActivity.Place?) {
        let time = Format.time(Double(event.atMs) / 1000)
        let payload = Self.shown(event.payload)
        self.init(
            isException: false, level: event.level.rawValue, look: LevelBadge(event.level).style, time: time.exact, title: event.name, message: nil,
            url: url, momentURL: place?.url, backtrace: nil, payload: payload, hasDetails: payload != nil, atMs: event.atMs, window: place?.window)
    }
}

extension ServerActivity.Row {
    /// nil for an object without members.
    private static func shown(_ json: String?) -> String? { json == "{}" ? nil : json.map(CustomEventView.pretty) }
}

extension Occurrence {
    /// Only browsers tell these.
    fileprivate var isOfBrowser: Bool { document?.handled != nil || document?.browser != nil }
}

/// The page of a session that servers speak of, and that has no recording.
struct ReportsView: Sendable {
    let frame: Frame
    let id: String
    let shortID: String
    let backURL: String
    let detail: String
    let activity: ServerActivity
}
