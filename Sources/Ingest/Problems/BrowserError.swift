import Crypto

/// An `error` event of a browser (spec 01 section 2.6), as it was stored: redacted by then. Bounded here.
struct BrowserError: Sendable, Equatable {
    static let unknownMessage = "Unknown error"
    private static let maxStackLines = 100
    private static let maxCount = 10_000

    var message: String
    /// `TypeError`; empty when the browser told none.
    var name: String
    /// Lines of the stack that are frames.
    var backtrace: [String] = []
    var source: String?
    var line: Int?
    var column: Int?
    /// Where the page was, if the event says so.
    var url: String?
    var release: String?
    var handled: Bool?
    /// More than 1: the recorder saw so many and told of the last.
    var count = 1
    /// Spec 02 section 2.14.
    let key: String
    /// Path of the script, content hashes replaced.
    let file: String

    /// - Parameter event: the whole event as JSON. What it lacks is left out.
    init(_ event: UnsafeRawBufferPointer) {
        let names: [StaticString] = [
            "message", "name", "stack", "source", "lineno", "colno", "url", "release", "handled", "count",
        ]
        let payload = JSONObject(event, ["data"])?.object("data", ["payload"])?.object("payload", names)
        let text = { (name: String, limit: Int) -> String? in
            guard let text = payload?.text(name), !text.isEmpty else { return nil }
            return String(decoding: TextRedaction.clamped(text, to: limit), as: UTF8.self)
        }
        let whole = payload?["message"].map { JSONValue.stringified($0) } ?? []
        let told = String(decoding: TextRedaction.clamped(whole, to: ReportReader.maxMessageCharacters), as: UTF8.self)
        message = FrameText.trimmed(told).isEmpty ? Self.unknownMessage : told
        name = text("name", ReportReader.maxClassCharacters) ?? Self.classOf(message)
        source = text("source", ReportReader.maxFrameCharacters)
        line = payload?["lineno"].flatMap(JSONValue.integer).flatMap { $0 > 0 ? $0 : nil }
        column = payload?["colno"].flatMap(JSONValue.integer).flatMap { $0 > 0 ? $0 : nil }
        url = text("url", ReportReader.maxFrameCharacters)
        release = text("release", ProblemFacet.maxCharacters).map(FrameText.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        handled = payload?["handled"].flatMap { JSONValue.isFalse($0) ? false : $0.first == UInt8(ascii: "t") ? true : nil }
        count = payload?["count"].flatMap(JSONValue.integer).map { max(1, min(Self.maxCount, $0)) } ?? 1

        let origin = url.flatMap { PagePath.origin($0) }
        let frames = Self.frames(payload?.text("stack") ?? [], origin: origin)
        backtrace = frames.map(\.raw)
        key = Self.key(message)
        file = ScriptPath.stable(frames.first { ScriptPath.isOwn($0.file, origin: origin) }?.file ?? source ?? "")
    }

    /// 40 lower-case hexadecimal digits (spec 06 section 5).
    func fingerprint(project: String) -> String {
        FingerprintRules.digest("\(project)\nbrowser\n\(name)\n\(key)\n\(file)")
    }

    /// The original's id of it: SHA-1 of the key.
    var group: String { Hexadecimal.text(Insecure.SHA1.hash(data: Array(key.utf8))) }

    /// What browsers write before an error nobody caught says nothing about it.
    var title: String {
        var text = Substring(message)
        for prefix in ["Uncaught (in promise) ", "Uncaught "] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        return ErrorReport.title(text.hasPrefix(name + ":") ? "" : name, String(text))
    }

    /// First line, stripped, each run of digits as `#`, 200 characters.
    static func key(_ message: String) -> String {
        let first = message.utf8.prefix { $0 != Bytes.newline }
        let line = Array(FrameText.trimmed(String(Substring(first))).utf8)
        let numbers = FrameText.replacing(line) { text, position in
            let end = FrameText.digitsEnd(text, position)
            return end > position ? (end, [UInt8(ascii: "#")]) : nil
        }
        return MetadataLimits.clamp(String(decoding: numbers, as: UTF8.self), to: 200)
    }

    /// The identifier before the first colon, whatever browsers write before it; else empty.
    static func classOf(_ message: String) -> String {
        guard let colon = message.utf8.firstIndex(of: Bytes.colon) else { return "" }
        var head = message[..<colon]
        for prefix in ["Uncaught (in promise) ", "Uncaught "] where head.hasPrefix(prefix) { head = head.dropFirst(prefix.count) }
        guard let first = head.utf8.first, !ByteClass.isDigit(first), head.utf8.count <= ReportReader.maxClassCharacters,
            head.utf8.allSatisfy({ ByteClass.isWord($0) || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: ".") })
        else { return "" }
        return String(head)
    }

    /// The lines that are frames: in front of them engines of one family repeat the message. All lines, when none is.
    private static func frames(_ stack: [UInt8], origin: String?) -> [StackFrame] {
        let lines = stack.split(separator: Bytes.newline, maxSplits: maxStackLines * 2).prefix(maxStackLines * 2).map { line in
            let text = FrameText.trimmed(String(decoding: line, as: UTF8.self))
            return String(decoding: TextRedaction.clamped(Array(text.utf8), to: ReportReader.maxFrameCharacters), as: UTF8.self)
        }.filter { !$0.isEmpty }
        let frames = StackFrames.parse(lines, platform: "javascript", origin: origin)
        let start = frames.firstIndex { $0.function != nil || $0.file != nil } ?? 0
        return Array(frames[start...].prefix(maxStackLines))
    }
}

/// The path of a script, as far as it stays the same from build to build.
enum ScriptPath {
    /// Not from another origin: not from that of another site, and not of an extension. Without a known origin every site is its own.
    static func isOwn(_ file: String?, origin: String?) -> Bool {
        guard let file, !file.contains("-extension:") else { return false }
        guard let origin, let other = PagePath.origin(file), other.hasPrefix("http") else { return true }
        return other == origin
    }

    /// Content hashes in the file's name become `*`: words of six or more hexadecimal digits, or of eight or more letters and digits with
    /// a digit among them.
    static func stable(_ file: String, isHash: (ArraySlice<UInt8>) -> Bool = isHash) -> String {
        // What such an address names lives as long as the page.
        if file.hasPrefix("blob:") { return "blob:" }
        let path = PagePath.of(Array(file.utf8))
        let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        var output = Array(path[..<start])
        var position = start
        while position < path.count {
            var end = position
            while end < path.count, ByteClass.isWord(path[end]), path[end] != UInt8(ascii: "_") { end += 1 }
            if isHash(path[position..<end]) { output.append(UInt8(ascii: "*")) } else { output += path[position..<end] }
            if end < path.count { output.append(path[end]) }
            position = end + 1
        }
        return MetadataLimits.clamp(String(decoding: output, as: UTF8.self), to: 500)
    }

    /// A frame with the name of its script as it stays from build to build; folders and host are left. Servers name most files by hand: a hash is eight or
    /// more hexadecimal digits, letters and numbers among them.
    static func stableName(in frame: [UInt8]) -> [UInt8] {
        guard let file = FrameParts.javascript(FrameLine(frame)).file?.bytes else { return frame }
        let end = file.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? file.endIndex
        let start = file[..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? file.startIndex
        let name = stable(String(decoding: file[start..<end], as: UTF8.self)) { word in
            word.count >= 8 && word.allSatisfy { ByteClass.hexValue($0) != nil } && word.contains(where: ByteClass.isDigit)
                && !word.allSatisfy(ByteClass.isDigit)
        }
        return Array(frame[..<start]) + Array(name.utf8) + Array(frame[file.endIndex...])
    }

    private static func isHash(_ word: ArraySlice<UInt8>) -> Bool {
        word.count >= 6 && word.allSatisfy { ByteClass.hexValue($0) != nil } || word.count >= 8 && word.contains(where: ByteClass.isDigit)
    }
}
