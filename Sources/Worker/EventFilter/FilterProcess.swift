import Foundation
import Synchronization

/// A running filter and the pipes to it. Blocking, so it belongs to one thread that is nobody else's; nothing of it is shared.
final class FilterProcess {
    /// All a filter is told of the worker's environment: none of it is ours, so no secret of the configuration can be in it.
    static let inheritedVariables = ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"]
    private static let pieceBytes = 65_536

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()
    private var isInputOpen = true
    private var areErrorsOpen = true
    private var piece = [UInt8](repeating: 0, count: FilterProcess.pieceBytes)
    /// What it writes to standard error goes here.
    private let onErrors: (ArraySlice<UInt8>) -> Void

    /// - Throws: `EventFilterError.start` when the program is not there or may not be run.
    init(_ command: EventFilterCommand, onErrors: @escaping (ArraySlice<UInt8>) -> Void) throws(EventFilterError) {
        self.onErrors = onErrors
        let name = command.arguments[0]
        guard let path = Self.path(of: name) else { throw .start("\(name) is not found, or may not be run") }
        Self.ignoreBrokenPipes()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = Array(command.arguments.dropFirst())
        let environment = ProcessInfo.processInfo.environment
        process.environment = environment.filter { Self.inheritedVariables.contains($0.key) }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw .start("\(name) cannot be run (\(error.localizedDescription))")
        }
        // Ours are the other ends; with these open, neither side would ever see the end of the other.
        try? input.fileHandleForReading.close()
        try? output.fileHandleForWriting.close()
        try? errors.fileHandleForWriting.close()
        for descriptor in [inputDescriptor, outputDescriptor, errorDescriptor] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    private var inputDescriptor: Int32 { input.fileHandleForWriting.fileDescriptor }
    private var outputDescriptor: Int32 { output.fileHandleForReading.fileDescriptor }
    private var errorDescriptor: Int32 { errors.fileHandleForReading.fileDescriptor }

    /// Writes `lines` and reads as many answers.
    ///
    /// - Parameters:
    ///   - count: of the lines.
    ///   - mostBytes: the answers may have together.
    ///   - milliseconds: for all of it.
    func exchange(_ lines: [UInt8], count: Int, mostBytes: Int, milliseconds: Int) throws(EventFilterError) -> [ArraySlice<UInt8>] {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        var written = 0
        var answer: [UInt8] = []
        var answered = 0
        try refuseUnasked()
        while answered < count || written < lines.count {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { throw .timeout(milliseconds) }
            let (canWrite, canRead) = wait(milliseconds: Int32(min(left.rounded(.up), 60_000)), forInput: written < lines.count)
            if canWrite { written += write(lines, from: written) }
            if canRead {
                let before = answer.count
                guard read(outputDescriptor, { answer += $0 }) else { throw .ended(ending()) }
                answered += answer[before...].count { $0 == FilterLines.newline }
                if answer.count > mostBytes { throw .tooMuchOutput(mostBytes) }
            }
        }
        guard let answers = FilterLines.split(answer, count: count) else { throw .outOfStep }
        try refuseUnasked()
        return answers
    }

    /// Lets it end by itself for a moment, then ends it.
    func stop(milliseconds: Int) {
        closeInput()
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while process.isRunning, ContinuousClock.now < deadline {
            usleep(5_000)
            drainErrors()
        }
        kill()
    }

    /// Ends it and, as far as they are in its process group, its children.
    func kill() {
        closeInput()
        if process.isRunning {
            let pid = process.processIdentifier
            if getpgid(pid) == pid { _ = Foundation.kill(-pid, SIGKILL) }
            _ = Foundation.kill(pid, SIGKILL)
        }
        drainErrors()
        try? output.fileHandleForReading.close()
        try? errors.fileHandleForReading.close()
        areErrorsOpen = false
    }

    private func closeInput() {
        if isInputOpen { try? input.fileHandleForWriting.close() }
        isInputOpen = false
    }

    /// Nothing may lie in its output between two batches: what came late would be taken for answers about somebody else.
    private func refuseUnasked() throws(EventFilterError) {
        guard wait(milliseconds: 0, forInput: false).canRead else { return }
        var bytes = 0
        guard read(outputDescriptor, { bytes += $0.count }) else { throw .ended(ending()) }
        if bytes > 0 { throw .outOfStep }
    }

    /// Waits for whatever happens first; what comes on standard error is passed on at once.
    private func wait(milliseconds: Int32, forInput: Bool) -> (canWrite: Bool, canRead: Bool) {
        var sources = [
            pollfd(fd: forInput ? inputDescriptor : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: outputDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? errorDescriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&sources, nfds_t(sources.count), milliseconds) > 0 else { return (false, false) }
        if sources[2].revents != 0 { areErrorsOpen = read(errorDescriptor, onErrors) }
        return (sources[0].revents != 0, sources[1].revents != 0)
    }

    /// - Returns: bytes taken; all of them when nobody reads any more: then its output ends, which is noticed there.
    private func write(_ bytes: [UInt8], from start: Int) -> Int {
        let count = bytes.withUnsafeBytes { Foundation.write(inputDescriptor, $0.baseAddress?.advanced(by: start), $0.count - start) }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : bytes.count - start
    }

    /// Reads one piece; false at the end.
    private func read(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
        let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
        if count > 0 { take(piece[..<count]) }
        return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    private func drainErrors() {
        // A bound: children that live on could write for ever.
        for _ in 0..<16 where areErrorsOpen { _ = wait(milliseconds: 0, forInput: false) }
    }

    /// How it ended; its output has, and it is about to.
    private func ending() -> String {
        let deadline = ContinuousClock.now + .milliseconds(500)
        while process.isRunning, ContinuousClock.now < deadline { usleep(5_000) }
        drainErrors()
        guard !process.isRunning else { return "its output" }
        let status = process.terminationStatus
        return process.terminationReason == .uncaughtSignal ? "by signal \(status)" : "with status \(status)"
    }

    /// The path a shell would run.
    private static func path(of name: String) -> String? {
        let files = FileManager.default
        let candidates =
            name.contains("/")
            ? [name] : (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { path in
            var isFolder: ObjCBool = false
            return files.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue && files.isExecutableFile(atPath: path)
        }
    }

    /// Writing to a filter that has ended must be an error, not the end of the worker.
    private static func ignoreBrokenPipes() { _ = signal(SIGPIPE, SIG_IGN) }
}
