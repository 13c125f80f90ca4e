import RedisStore

/// What the template of the replay page shows.
struct ReplayView: Sendable {
    struct Tab: Sendable {
        let number: Int
        let id: String
        let url: String
        let events: String
        let isCurrent: Bool
    }

    struct Fact: Sendable {
        let name: String
        let value: String
        var time: Format.Time?
        var isCode = false
    }

    /// Something a viewer has to know before believing the replay.
    struct Note: Sendable {
        let text: String
        let isWarning: Bool
    }

    let frame: Frame
    let id: String
    let shortID: String
    let backURL: String
    let started: Format.Time?
    let badges: [String]
    let hasErrors: Bool
    let hasTabs: Bool
    let tabs: [Tab]
    let moreTabs: [Tab]
    let hasMoreTabs: Bool
    let moreCount: Int
    let notes: [Note]
    let hasEvents: Bool
    let facts: [Fact]
    let metadata: [Fact]
    let hasMetadata: Bool
    let deleteURL: String
    let deleteText: String
    let deleteHeading: String
    let deleteDetail: String
    /// A legal hold stands.
    let isHeld: Bool
    let windowID: String
    let holdURL: String
    let releaseURL: String
    let activity: ServerActivity
    let config: String
    let playerScript: String
    let playerStyle: String

    /// Data for the page's script.
    struct Config: Encodable, Sendable {
        let eventsUrl: String
        let chunksUrl: String
        /// Milliseconds since 1970.
        let start: Double
        let end: Double
        let total: Int
        let pageSize: Int
        /// Other sites a recording may load pictures, fonts and styles from.
        let assetOrigins: [String]
        /// Milliseconds since 1970 when the newest batch came.
        let received: Double
        let now: Double
        let viewport: String?
    }

    /// Tabs in the row: up to five; beyond that four and a menu, the current one always in the row (spec 03 section 2.3).
    static func split(_ tabs: [Tab]) -> (row: [Tab], menu: [Tab]) {
        guard tabs.count > 5 else { return (tabs, []) }
        guard let current = tabs.firstIndex(where: \.isCurrent), current >= 4 else { return (Array(tabs[..<4]), Array(tabs[4...])) }
        return (Array(tabs[..<3]) + [tabs[current]], tabs[3...].filter { !$0.isCurrent })
    }
}

extension ReplayView {
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - player: addresses of the player's script and style.
    init(
        frame: Frame, row: SessionRow, windows: [WindowRow], window: WindowRow, activity: ServerActivity, urls: DashboardURLs, pageSize: Int,
        assetOrigins: [String], now: Double, player: (script: String, style: String)
    ) throws {
        self.frame = frame
        id = row.id
        shortID = String(row.id.prefix(8))
        backURL = urls.sessions()
        started = row.firstEventAt.map { Format.time($0 / 1000) }
        hasErrors = row.hasErrors
        badges = [row.browser, row.device, row.viewport.map { "Viewport \($0)" }, row.place["country"]].compactMap(\.self)
        let all = windows.enumerated().map { index, other in
            Tab(
                number: index + 1, id: other.id, url: urls.window(row.id, other.id), events: Format.count(other.events, "event"),
                isCurrent: other.id == window.id)
        }
        let (inRow, inMenu) = Self.split(all)
        tabs = inRow
        moreTabs = inMenu
        hasTabs = all.count > 1
        hasMoreTabs = !inMenu.isEmpty
        moreCount = inMenu.count
        notes = Self.notes(row, window)
        hasEvents = window.events > 0
        facts = Self.facts(row, windows)
        metadata = row.metadata.map { Fact(name: $0.key, value: $0.text) }
        hasMetadata = !row.metadata.isEmpty
        let isOnly = windows.count <= 1
        deleteURL = isOnly ? urls.deleteSession(row.id) : urls.deleteWindow(row.id, window.id)
        deleteText = isOnly ? "Delete recording" : "Delete this tab"
        deleteHeading = isOnly ? "Delete this recording?" : "Delete this tab of the recording?"
        deleteDetail = "All its events are removed at once. This cannot be undone."
        isHeld = row.hold != nil
        windowID = window.id
        holdURL = urls.hold(row.id)
        releaseURL = urls.release(row.id)
        self.activity = activity
        config = try IslandJSON.encode(
            Config(
                eventsUrl: urls.events(row.id, window.id), chunksUrl: urls.chunks(row.id, window.id), start: window.start, end: window.end,
                total: window.events, pageSize: pageSize, assetOrigins: assetOrigins, received: window.received, now: now * 1000,
                viewport: row.viewport))
        playerScript = player.script
        playerStyle = player.style
    }

    private static func notes(_ row: SessionRow, _ window: WindowRow) -> [Note] {
        var notes: [Note] = []
        if let hold = row.hold {
            notes.append(
                Note(text: "Under legal hold since \(Format.time(hold.since).text): \(hold.reason)", isWarning: false))
        }
        if window.gaps > 0 {
            notes.append(
                Note(
                    text: "Incomplete: \(Format.count(window.gaps, "upload")) of this tab never arrived, so some moments are missing.",
                    isWarning: true))
        }
        if row.trimmedChunks > 0 {
            notes.append(
                Note(text: "The oldest part is gone: this session reached its size limit, and the limit keeps the newest events.", isWarning: true))
        }
        if row.limitedBatches > 0 {
            notes.append(
                Note(
                    text: "\(Format.count(row.limitedBatches, "upload")) came after this session had reached a limit and were not stored.",
                    isWarning: true))
        }
        return notes
    }

    private static func facts(_ row: SessionRow, _ windows: [WindowRow]) -> [Fact] {
        var facts = [Fact(name: "Session", value: row.id, isCode: true)]
        func add(_ name: String, _ value: String?, isCode: Bool = false) {
            if let value { facts.append(Fact(name: name, value: value, isCode: isCode)) }
        }
        func add(_ name: String, seconds: Double?) {
            if let seconds { facts.append(Fact(name: name, value: "", time: Format.time(seconds))) }
        }
        add("Started", seconds: row.firstEventAt.map { $0 / 1000 })
        add("Last activity", seconds: row.updatedAt)
        add("Duration", Format.duration(row.duration))
        add("Tabs", Format.count(windows.count))
        add("Events", Format.count(row.eventCount))
        add("Stored", Format.bytes(row.byteCount))
        add("First page", row.entryURL)
        add("Last page", row.url)
        add("Referrer", row.referrer)
        add("Browser", row.browser.map { $0 + (row.device.map { " (\($0))" } ?? "") })
        add("Viewport", row.viewport)
        let place = ["city", "region", "country"].compactMap { row.place[$0] }
        add("Place", place.isEmpty ? nil : place.joined(separator: ", "))
        add("Time zone", row.place["timezone"])
        add("Recorder", row.recorder)
        add("Kept until", seconds: row.expiresAt.map { $0 / 1000 })
        return facts
    }
}
