import Ingest

/// One frame as the page shows it: as it was reported and, where a source map says more, as it was written.
struct IssueFrame: Sendable, Equatable {
    /// A line of source around the frame.
    struct Line: Sendable, Equatable {
        let number: Int
        let text: String
        let isHit: Bool
    }

    let function: String?
    /// `app/models/cart.rb:12`; nil when the line could not be read.
    let place: String?
    let isApplication: Bool
    /// Where a source map found it in the bundle, or the whole line when it could not be read.
    var reported: String?
    var context: [Line] = []
    var hasContext: Bool { !context.isEmpty }

    init(_ frame: StackFrame) {
        isApplication = frame.isApplication
        guard let file = frame.file else {
            function = nil
            place = nil
            reported = frame.raw
            return
        }
        function = frame.function
        place = Self.place(file, frame.line, frame.column)
    }

    init(function: String?, place: String, isApplication: Bool, reported: String?, context: [Line]) {
        self.function = function
        self.place = place
        self.isApplication = isApplication
        self.reported = reported
        self.context = context
    }

    static func place(_ file: String, _ line: Int?, _ column: Int?) -> String {
        [file, line.map(String.init), line == nil ? nil : column.map(String.init)].compactMap(\.self).joined(separator: ":")
    }
}

/// A stack in its own order, with runs of library frames folded away.
struct IssueStack: Sendable {
    struct Group: Sendable {
        /// `3 library frames`; nil: frames of the application, shown at once.
        let folded: String?
        let frames: [IssueFrame]
    }

    /// Frames shown; all of them are in the raw text.
    static let mostFrames = 50

    let groups: [Group]
    /// Every line as reported.
    let raw: String
    /// `12 more frames`
    let rest: String?

    init(_ frames: [IssueFrame], raw: [String]) {
        let shown = Array(frames.prefix(Self.mostFrames))
        // Where all is library there is nothing to fold it under.
        let folds = shown.contains(where: \.isApplication)
        var groups: [Group] = []
        var run: [IssueFrame] = []
        func close() {
            guard let first = run.first else { return }
            groups.append(Group(folded: folds && !first.isApplication ? Format.count(run.count, "library frame") : nil, frames: run))
            run = []
        }
        for frame in shown {
            if folds, let last = run.last, last.isApplication != frame.isApplication { close() }
            run.append(frame)
        }
        close()
        self.groups = groups
        self.raw = raw.joined(separator: "\n")
        let more = max(0, frames.count - shown.count)
        rest = more > 0 ? Format.count(more, "more frame") : nil
    }
}
