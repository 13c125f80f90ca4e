import HTTPTypes
import Hummingbird
import RedisStore

/// A notice shown once after a redirect. The text stays on the server and the key travels in a cookie, so that no link can forge one.
struct Flash: Sendable {
    let redis: RedisClient
    let keys: KeySchema

    private static let cookie = "sentiero_flash"
    private static let lifetime = 60

    /// Puts a notice behind a redirect. Losing it is better than failing what was already done.
    func set(_ text: String, on response: inout Response, path: String) async {
        var generator = SystemRandomNumberGenerator()
        let token = "\(String(generator.next(), radix: 36))\(String(generator.next(), radix: 36))"
        guard (try? await redis.send(RedisCommand("SET", keys.flash(token), text, "EX", Self.lifetime))) != nil else { return }
        response.setCookie(
            Cookie(name: Self.cookie, value: token, maxAge: Self.lifetime, path: path, secure: false, httpOnly: true, sameSite: .strict))
    }

    /// Takes the notice this browser is to see, if any.
    func take(cookies: Cookies) async throws(RedisError) -> String? {
        guard let token = cookies[Self.cookie]?.value, !token.isEmpty, token.utf8.count <= 64 else { return nil }
        return try await redis.send(RedisCommand("GETDEL", keys.flash(token))).string
    }

    func clear(on response: inout Response, path: String) {
        response.setCookie(Cookie(name: Self.cookie, value: "", maxAge: 0, path: path, secure: false, httpOnly: true, sameSite: .strict))
    }
}
