import RedisStore
import Testing

@Suite struct RedisConfigurationTests {
    @Test func readsAddresses() throws {
        let plain = try RedisConfiguration(url: "redis://cache.example")
        #expect(plain.host == "cache.example" && plain.port == 6379 && plain.database == 0 && plain.password == nil)
        let full = try RedisConfiguration(url: "redis://app:p%40ss%3A@10.0.0.1:7000/12")
        #expect(full.host == "10.0.0.1" && full.port == 7000 && full.database == 12)
        #expect(full.username == "app" && full.password == "p@ss:")
        let old = try RedisConfiguration(url: "redis://:secret@[::1]:6380")
        #expect(old.host == "::1" && old.port == 6380 && old.username == nil && old.password == "secret")
        let unix = try RedisConfiguration(url: "unix:///run/redis/redis.sock?db=4")
        #expect(unix.unixSocket == "/run/redis/redis.sock" && unix.database == 4)
    }

    @Test(arguments: [
        ("", RedisConfigurationError.invalidURL), ("localhost", .invalidURL), ("http://x", .unknownScheme("http")), ("rediss://x", .tlsUnsupported),
        ("redis://user@x", .userWithoutPassword), ("redis://x:0", .invalidPort), ("redis://x:70000", .invalidPort),
        ("redis://x/abc", .invalidDatabase), ("redis://x/-1", .invalidDatabase), ("unix://", .missingSocketPath),
        ("unix:///s?db=x", .invalidDatabase),
    ])
    func refuses(url: String, error: RedisConfigurationError) {
        #expect(throws: error) { try RedisConfiguration(url: url) }
    }

    @Test(arguments: ["redis://app:hunter2@h:1/2", "unix://:hunter2@/s"])
    func neverShowsThePassword(url: String) throws {
        let text = try RedisConfiguration(url: url).description
        #expect(!text.contains("hunter2"))
        #expect(text.contains("***"))
    }
}
