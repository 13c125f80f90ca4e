import Foundation
import Synchronization

/// Where the lines go besides Redis. Lines are written whole and in order, on a thread of their own: a full pipe or a slow disk holds up
/// nobody else.
public final class AuditLog: Sendable {
    public enum Destination: Sendable, Equatable {
        case standardOutput
        /// For commands, whose standard output is for results.
        case standardError
        /// Appended to, made when it is not there (mode 0600), opened again after it was moved or removed.
        case file(String)
        case nowhere
    }

    public let destination: Destination
    private let queue = DispatchQueue(label: "sentiero.audit-log")
    private let file: Mutex<LogFile>

    public init(_ destination: Destination) {
        self.destination = destination
        file = Mutex(LogFile(destination: destination))
    }

    /// Whether the file can be written to; true for the others.
    public var isWritable: Bool { file.withLock { $0.descriptor() != nil } || destination == .nowhere }

    /// - Returns: false when the line could not be written.
    func write(_ line: String) async -> Bool {
        guard destination != .nowhere else { return true }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.file.withLock { $0.write(line) }) }
        }
    }
}

/// The descriptor in use, and which file it leads to.
private struct LogFile {
    let destination: AuditLog.Destination
    private var open: Int32 = -1
    private var device: dev_t = 0
    private var inode: ino_t = 0

    init(destination: AuditLog.Destination) { self.destination = destination }

    mutating func descriptor() -> Int32? {
        switch destination {
        case .standardOutput: return STDOUT_FILENO
        case .standardError: return STDERR_FILENO
        case .nowhere: return nil
        case .file(let path):
            var status = stat()
            if open >= 0, stat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { return open }
            if open >= 0 { _ = close(open) }
            open = Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard open >= 0, fstat(open, &status) == 0 else { return nil }
            (device, inode) = (status.st_dev, status.st_ino)
            return open
        }
    }

    mutating func write(_ line: String) -> Bool {
        guard let descriptor = descriptor() else { return false }
        let bytes = Array((line + "\n").utf8)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            done += written
        }
        return true
    }
}
