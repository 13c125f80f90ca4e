/// Which lines of a backtrace are frames. Languages print the message above them, causes between them, and the line of source below: those are
/// about one occurrence, and would make a problem of each.
enum FrameLines {
    /// The lines that are frames; all, when none is, and of platforms whose fingerprints are the original's.
    static func frames(_ lines: [String], platform: String) -> [String] {
        let isFrame: (FrameLine) -> Bool
        switch platform {
        case "javascript": isFrame = { $0.begins(with: "at ") || FrameParts.javascript($0).line != nil }
        case "python": isFrame = { $0.begins(with: "File \"") || (!$0.contains(": ") && FrameParts.generic($0.upTo("\n")).line != nil) }
        case "jvm": isFrame = { isCall($0.dropping("at ")) }
        case "go": isFrame = { $0.contains(".go:") || $0.begins(with: "created by ") || isCall($0) }
        default: return lines
        }
        let frames = lines.filter { isFrame(FrameLine(Array($0.utf8)).trimmed) }
        return frames.isEmpty ? lines : frames
    }

    /// One element for each frame: Go prints function and place on two lines.
    static func joined(_ lines: [String], platform: String?) -> [String] {
        guard platform.map(Platform.canonical) == "go" else { return lines }
        var joined: [String] = []
        var isOpen = false
        for line in lines {
            let text = FrameLine(Array(line.utf8)).trimmed
            let isPlace = text.contains(".go:") && !text.upTo(".go:").contains(" ")
            if isPlace, isOpen, let function = joined.popLast() {
                joined.append(function + "\n" + text.text)
            } else {
                joined.append(line)
            }
            isOpen = !isPlace && !text.contains(".go:") && (isCall(text) || text.begins(with: "created by "))
        }
        return joined
    }

    /// `com.example.Shop.pay(Shop.java:42)`, `main.(*Shop).pay(0x1)`: nothing but a name before the bracket.
    private static func isCall(_ line: FrameLine) -> Bool {
        guard let (name, rest) = line.split(at: "("), !name.isEmpty, !name.contains(" ") else { return false }
        return rest.contains(")")
    }
}
