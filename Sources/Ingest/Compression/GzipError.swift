/// Why a gzip member cannot be read.
public enum GzipError: Error, Equatable, Sendable {
    /// Not gzip, truncated, a corrupt block, or a wrong checksum or length at the end.
    case invalid
    /// The member inflates to more bytes than allowed.
    case tooLarge
}
