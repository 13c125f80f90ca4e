import Crypto
import Foundation

/// The one login of `SENTIERO_BASIC_AUTH`.
public struct BasicCredentials: Sendable, Equatable {
    public let user: String
    public let password: String

    /// - Returns: nil when either part is blank: such a login would let everyone in.
    public init?(user: String, password: String) {
        guard !user.allSatisfy(\.isWhitespace), !password.allSatisfy(\.isWhitespace) else { return nil }
        self.user = user
        self.password = password
    }

    /// `user:password`; the password may hold colons.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        self.init(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }

    /// Whether an `Authorization` header carries this login. Takes the same time whatever differs.
    public func accepts(authorization header: String?) -> Bool {
        guard let token = AuthorizationHeader(header)?.value(scheme: "basic"), let data = Data(base64Encoded: token) else { return false }
        return SHA256.hash(data: data) == SHA256.hash(data: Data("\(user):\(password)".utf8))
    }
}

/// A scheme and its token.
public struct AuthorizationHeader: Sendable, Equatable {
    public let scheme: String
    public let token: String

    public init?(_ header: String?) {
        guard let header, let space = header.firstIndex(where: { $0 == " " || $0 == "\t" }) else { return nil }
        scheme = header[..<space].lowercased()
        token = header[space...].trimmingCharacters(in: .whitespaces)
    }

    /// The token when the scheme (lower case) is the one given.
    public func value(scheme wanted: String) -> String? { scheme == wanted && !token.isEmpty ? token : nil }
}
