import NIOSSL

/// Whose certificates mail servers and receivers of webhooks may show: the system's authorities, and the operator's own.
public struct AlertTrust: Sendable {
    private let authorities: [NIOSSLCertificate]

    /// The system's alone.
    public init() { authorities = [] }

    /// - Parameter file: PEM, one certificate or more, trusted besides the system's.
    /// - Throws: `AlertTrustError`.
    public init(file: String) throws(AlertTrustError) {
        do { authorities = try NIOSSLCertificate.fromPEMFile(file) } catch { throw AlertTrustError(description: "cannot be read: \(error)") }
        guard !authorities.isEmpty else { throw AlertTrustError(description: "holds no certificate in PEM form") }
    }

    var tls: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !authorities.isEmpty { configuration.additionalTrustRoots = [.certificates(authorities)] }
        return configuration
    }
}

/// Why a file of certificates cannot be used.
public struct AlertTrustError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}
