import Analytics
import Foundation
import Ingest

/// What the template of the custom events page shows, for both of its tabs (spec 03 section 2.4).
struct CustomEventsView: Sendable {
    struct Row: Sendable {
        let name: String
        let url: String?
        let payload: String?
        let level: LevelBadge?
        let session: String?
        let sessionURL: String?
        let window: String?
        let replayURL: String?
        let offset: String?
        let time: Format.Time
    }

    let frame: Frame
    let isServer: Bool
    let tabs: [PageTab]
    let action: String
    let search: String
    let since: String
    let until: String
    let perPage: Int
    let levels: [SessionsView.Choice]
    let showsInternal: Bool
    let chips: [SessionsView.Chip]
    let clearURL: String
    let strip: LevelStrip?
    let metrics: PayloadCard?
    let rows: [Row]
    let hasRows: Bool
    let summary: String?
    /// Only the newest were read.
    let capped: String?
    let olderURL: String?
    let previousURL: String?
    let nextURL: String?
    let pageNumber: Int
    let hasPager: Bool
    let isEmpty: Bool
    let isUnmatched: Bool
    let sibling: PageTab.Sibling?
    let installURL: String

    /// What one tab found, whatever its source.
    struct Found: Sendable {
        /// All that match, newest first.
        var rows: [EventRow]
        /// Those of the page.
        var shown: [Row]
        /// A text about what was left out; nil when nothing was.
        var capped: String?
        var olderURL: String?
        /// Events on the other tab, asked for only when this one is empty and unfiltered.
        var sibling: (count: Int, isCapped: Bool)?
    }

    init(frame: Frame, address: CustomEventsAddress, found: Found, urls: DashboardURLs) {
        self.frame = frame
        isServer = address.source == .server
        tabs = [
            PageTab(title: "Server", url: urls.customEvents(), isCurrent: isServer),
            PageTab(title: "Browser", url: urls.customEvents([("source", "browser")]), isCurrent: !isServer),
        ]
        action = urls.customEvents()
        search = address.search ?? ""
        since = address.range.sinceText ?? ""
        until = address.range.untilText ?? ""
        perPage = address.perPage
        levels =
            isServer ? ServerEventLevel.allCases.map { .init(value: $0.rawValue, text: $0.rawValue.capitalized, isChosen: $0 == address.level) } : []
        showsInternal = address.showsInternal
        var chips: [SessionsView.Chip] = []
        func chip(_ text: String, _ name: String) {
            chips.append(.init(text: text, removeURL: urls.customEvents(address.parameters([name: nil]))))
        }
        if let search = address.search { chip("“\(search)”", "search") }
        if let level = address.level { chip(level.rawValue.capitalized, "level") }
        if let since = address.range.sinceText { chip("From \(since)", "since") }
        if let until = address.range.untilText { chip("To \(until)", "until") }
        self.chips = chips
        clearURL = urls.customEvents(isServer ? [] : [("source", "browser")])
        strip = isServer ? LevelStrip(LevelMix(found.rows), address: address, urls: urls) : nil
        metrics = PayloadMetrics(found.rows, key: address.metricKey).map { PayloadCard($0, address: address, urls: urls) }
        rows = found.shown
        hasRows = !found.shown.isEmpty
        let first = (address.page - 1) * address.perPage + 1
        summary = hasRows ? "\(Format.count(first))–\(Format.count(first + found.shown.count - 1)) of \(Format.count(found.rows.count))" : nil
        capped = found.capped
        olderURL = found.olderURL
        pageNumber = address.page
        previousURL = address.page > 1 ? urls.customEvents(address.parameters(page: address.page - 1)) : nil
        nextURL = address.page * address.perPage < found.rows.count ? urls.customEvents(address.parameters(page: address.page + 1)) : nil
        hasPager = previousURL != nil || nextURL != nil
        isEmpty = found.shown.isEmpty && !address.isFiltered && address.page == 1
        isUnmatched = found.shown.isEmpty && !isEmpty
        let other = address.source == .server ? "browser" : "server"
        sibling = found.sibling.flatMap { count, isCapped in
            guard count > 0 else { return nil }
            let number = isCapped ? "\(Format.count(count))+ \(other) events" : Format.count(count, "\(other) event")
            return PageTab.Sibling(
                text: "There \(count == 1 && !isCapped ? "is" : "are") \(number).",
                url: urls.customEvents(address.source == .server ? [("source", "browser")] : []))
        }
        installURL = urls.install
    }
}

/// A level as the pages show it.
struct LevelBadge: Sendable {
    let text: String
    let style: String

    init(_ level: ServerEventLevel) {
        text = level.rawValue
        style =
            switch level {
            case .error: "pill-danger"
            case .warn: "pill-warning"
            case .info: "pill-info"
            case .debug: "pill-plain"
            }
    }
}
