public import Foundation

/// Foundation's own reading of pipes ends the process when a signal comes in between.
extension Pipe {
    /// Until the other end is closed.
    public func readAll() -> Data {
        var all = Data()
        while let part = readPart() { all += part }
        return all
    }

    /// What there is, waiting for something; nil at the end.
    public func readPart() -> Data? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(fileHandleForReading.fileDescriptor, &buffer, buffer.count)
            if count > 0 { return Data(buffer.prefix(count)) }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
