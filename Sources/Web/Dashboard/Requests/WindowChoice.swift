import RedisStore

/// Which of a session's windows a moment lies in. Times are ms since 1970.
extension [WindowRow] {
    /// From here on a `t` is a time, and no offset (spec 03 section 2.3).
    private static var epoch: Double { 1e11 }

    /// - Parameter time: the `t` of an address: nil, and an offset, lead nowhere.
    func open(atLink time: Double?) -> WindowRow? {
        guard let time, time.isFinite, time >= Self.epoch else { return nil }
        return open(at: time)
    }

    /// The window that began last of those that were open at a time, or began in the seconds a link leads it by.
    func open(at time: Double) -> WindowRow? {
        let until = time + Double(DashboardURLs.leadMs)
        return filter { $0.start <= until && $0.end >= time }.max { $0.start < $1.start }
    }

    /// Where something that names a window or none is to be watched: in that one while it is there, else in the one that is shown if it was open then,
    /// else in another that was, else in the nearest.
    func window(of name: String?, at time: Double, shown: WindowRow) -> WindowRow {
        if let named = name.flatMap({ name in first { $0.id == name } }) { return named }
        if shown.start <= time, time <= shown.end { return shown }
        return open(at: time) ?? self.min { $0.distance(to: time) < $1.distance(to: time) } ?? shown
    }
}

extension WindowRow {
    fileprivate func distance(to time: Double) -> Double { Swift.max(start - time, time - end, 0) }
}
