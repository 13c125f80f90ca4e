import Foundation
import Ingest
import RedisStore
import Testing
import Web
import Worker

@testable import Sentiero

@Suite struct SettingsTests {
    static func settings(_ environment: [String: String] = [:], file: String? = nil) throws -> Settings {
        var environment = environment
        if file != nil { environment["SENTIERO_CONFIG"] = "sentiero.json" }
        return try Settings(environment: environment) { path in path == "sentiero.json" ? file.map { Data($0.utf8) } : nil }
    }

    static func problems(_ environment: [String: String] = [:], file: String? = nil) -> [String] {
        do {
            _ = try settings(environment, file: file)
            return []
        } catch { return (error as? SettingsError)?.problems ?? ["\(error)"] }
    }

    @Test("every default can be parsed, and only options with one have a value")
    func defaults() throws {
        let settings = try Self.settings()
        for option in OptionTable.all {
            #expect((settings.values[option.name] != nil) == (option.standard != nil), "\(option.name)")
            #expect(settings.sources[option.name] == nil || settings.sources[option.name] == .standard)
        }
        #expect(settings.integer("retention_period") == 2_592_000)
        #expect(settings.values["memory_watermark"] == .fraction(0.8))
        #expect(Set(OptionTable.all.map(\.name)).count == OptionTable.all.count)
    }

    @Test("the defaults of the table are those of the types they fill")
    func sameDefaults() throws {
        let settings = try Self.settings()
        let (web, plain) = (try settings.web(), WebConfiguration())
        #expect(web.host == plain.host)
        #expect(web.port == plain.port)
        #expect(web.lane.envelope == plain.lane.envelope)
        #expect(web.lane.maxStreamLength == plain.lane.maxStreamLength)
        #expect(web.lane.memoryWatermark == plain.lane.memoryWatermark)
        #expect(web.lane.memoryLimit == plain.lane.memoryLimit)
        #expect(web.lane.optOutCookieName == plain.lane.optOutCookieName)
        #expect(web.retentionPeriod == plain.retentionPeriod)
        #expect(web.recorder.object(eventsURL: "/events") == plain.recorder.object(eventsURL: "/events"))
        #expect(try settings.worker().retentionSeconds == 2_592_000)
    }

    @Test("the environment wins over the file, the file over the default")
    func precedence() throws {
        let file = #"{"http_port": 9001, "http_host": "10.0.0.1", "cors_origins": ["https://a.example", "https://b.example"], "cors_enforce": false}"#
        let settings = try Self.settings(["SENTIERO_HTTP_PORT": "9002"], file: file)
        #expect(settings.integer("http_port") == 9002)
        #expect(settings.sources["http_port"] == .environment)
        #expect(settings.text("http_host") == "10.0.0.1")
        #expect(settings.sources["http_host"] == .file)
        #expect(settings.list("cors_origins") == ["https://a.example", "https://b.example"])
        #expect(settings.flag("cors_enforce") == false)
        #expect(settings.flag("respect_gpc"))
    }

    @Test(
        "unknown names are named with the nearest known one",
        arguments: [
            ("SENTIERO_HTP_PORT", "SENTIERO_HTTP_PORT"), ("SENTIERO_REDISURL", "SENTIERO_REDIS_URL"),
            ("SENTIERO_CORS_ORIGIN", "SENTIERO_CORS_ORIGINS"),
            ("SENTIERO_RETENTION", "SENTIERO_RETENTION_PERIOD"), ("SENTIERO_RESPECT_GCP", "SENTIERO_RESPECT_GPC"),
        ])
    func unknown(name: String, nearest: String) {
        #expect(Self.problems([name: "1"]) == ["\(name) is not an option. Did you mean \(nearest)?"])
    }

    @Test("an unknown name in the file, too, and everything wrong is told at once")
    func unknownInFile() {
        let problems = Self.problems(["SENTIERO_SHARDS": "0", "SENTIERO_PARTITIONS": "many"], file: #"{"http_prot": 1, "respect_gpc": "sometimes"}"#)
        #expect(
            problems == [
                "http_prot in sentiero.json is not an option. Did you mean http_port?", "SENTIERO_SHARDS must be between 1 and 1024.",
                "SENTIERO_PARTITIONS must be an integer.", "respect_gpc in sentiero.json must be true or false.",
            ])
    }

    @Test(
        "bad values",
        arguments: [
            ("RESPECT_GPC", "perhaps", "must be true or false"), ("HTTP_PORT", "80a", "must be an integer"),
            ("HTTP_PORT", "70000", "must be between 0 and 65535"),
            ("GEO_SOURCE", "Cloudflare", "must be one of none, cloudflare, headers"),
            ("MEMORY_WATERMARK", "1.5", "must be above 0 and at most 1, or a number of bytes"),
            ("MEMORY_WATERMARK", "lots", "must be a number of bytes, such as 1048576 or 512mb, or a fraction such as 0.8"),
            ("MAX_BODY_BYTES", "1tb", "must be a number of bytes, such as 1048576 or 512mb"), ("RECORDER_OPTIONS", "[1]", "must be a JSON object"),
            ("INGEST_KEYS", "dup:app,k:app,dup:shop", "gives one key to several projects: app, shop"),
            ("INGEST_KEYS", "secret", "must be pairs of key:project"), ("INGEST_KEYS", ":shop", "has a pair with a blank key"),
            // 01-56
            ("INGEST_KEYS", "secret:my app", "has a project name that is not 1-128 letters, digits, hyphens or underscores"),
            ("BROWSER_KEYS", "pub:my app", "has a project name that is not 1-128 letters, digits, hyphens or underscores"),
            ("MEMORY_WATERMARK", "2", "must be a share above 0 and at most 1, or at least 1048576 bytes"),
            ("MEMORY_WATERMARK", "0", "must be a share above 0 and at most 1, or at least 1048576 bytes"),
            ("MEMORY_WATERMARK", "0.0", "must be above 0 and at most 1, or a number of bytes"),
            ("MEMORY_WATERMARK", "1023kb", "must be a share above 0 and at most 1, or at least 1048576 bytes"),
            ("MEMORY_LIMIT", "0", "must be at least 1048576"), ("MEMORY_LIMIT", "1kb", "must be at least 1048576"),
            ("MAX_BODY_BYTES", "0", "must be between 1024 and 536870912"), ("MAX_BODY_BYTES", "1023", "must be between 1024 and 536870912"),
            ("MAX_BODY_BYTES", "1gb", "must be between 1024 and 536870912"), ("MAX_INFLATED_BYTES", "0kb", "must be at least 1024"),
            ("MAX_INFLATED_BYTES", "-1", "must be at least 1024"), ("MAX_BYTES_PER_SESSION", "0", "must be at least 1"),
            ("MAX_SESSIONS", "0", "must be between 1 and 1000000000"), ("OPT_OUT_COOKIE_NAME", "no track", Self.cookieRule),
            ("OPT_OUT_COOKIE_NAME", "a=b", Self.cookieRule), ("OPT_OUT_COOKIE_NAME", "a;b", Self.cookieRule),
            ("OPT_OUT_COOKIE_NAME", "é", Self.cookieRule), ("OPT_OUT_COOKIE_NAME", " ", Self.cookieRule), ("WORKER_ID", "  ", "is blank"),
            ("HTTP_HOST", " ", "is blank"), ("LOG_LEVEL", "loud", "must be one of trace, debug, info, notice, warning, error, critical"),
        ])
    func badValues(name: String, value: String, rule: String) {
        #expect(Self.problems(["SENTIERO_" + name: value]) == ["SENTIERO_\(name) \(rule)."])
    }

    static let cookieRule = "must be a cookie name: letters, digits and !#$%&'*+-.^_`|~"

    @Test(
        "origins no browser would send, with the one that was meant",
        arguments: [
            ("https://shop.example/", "https://shop.example"), ("https://shop.example/path?q#f", "https://shop.example"),
            ("shop.example", "https://shop.example"), ("shop.example:8443", "https://shop.example:8443"), ("localhost", "https://localhost"),
            ("HTTPS://Shop.Example", "https://shop.example"), ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80", "http://shop.example"), ("https://user@shop.example", "https://shop.example"),
            ("http://[::1]:80/", "http://[::1]"),
        ])
    func correctedOrigins(entry: String, origin: String) {
        #expect(
            Self.problems(["SENTIERO_CORS_ORIGINS": "https://fine.example,\(entry)"]) == [
                "SENTIERO_CORS_ORIGINS has \(entry), which is no origin; write \(origin)."
            ])
    }

    @Test(
        "entries that mean no origin at all",
        arguments: [
            "*", "null", "https://", "https://*.shop.example", "https://shop.example:99999", "https://shop.example:0", "https://shop example",
        ])
    func noOrigins(entry: String) {
        #expect(
            Self.problems(["SENTIERO_CORS_ORIGINS": entry]) == [
                "SENTIERO_CORS_ORIGINS has \(entry), but must hold origins such as https://shop.example."
            ])
        #expect(Self.problems(file: #"{"cors_origins": ["\#(entry)"]}"#).count == 1)
    }

    @Test("origins browsers send", arguments: ["https://shop.example", "http://127.0.0.1:8080", "https://[::1]:80", "capacitor://localhost"])
    func origins(entry: String) throws {
        #expect(try Self.settings(["SENTIERO_CORS_ORIGINS": entry]).web().lane.corsOrigins == [entry])
    }

    @Test("a blank worker name or cookie name in the file is refused, too", arguments: ["worker_id", "opt_out_cookie_name"])
    func blankNameInFile(name: String) {
        #expect(Self.problems(file: #"{"\#(name)": ""}"#).count == 1)
        #expect(Self.problems(file: #"{"memory_watermark": 2, "max_body_bytes": 0}"#).count == 2)
    }

    @Test("the smallest values that are taken")
    func smallest() throws {
        let web = try Self.settings([
            "SENTIERO_MEMORY_WATERMARK": "1mb", "SENTIERO_MAX_BODY_BYTES": "1kb", "SENTIERO_MAX_INFLATED_BYTES": "1024",
            "SENTIERO_MEMORY_LIMIT": "1mb",
            "SENTIERO_OPT_OUT_COOKIE_NAME": "__Host-no.track",
        ]).web()
        #expect(web.lane.memoryWatermark == .bytes(1_048_576))
        #expect(web.lane.envelope.maxBodyBytes == 1024)
        #expect(web.lane.optOutCookieName == "__Host-no.track")
        #expect(try Self.settings(["SENTIERO_MEMORY_WATERMARK": "0.01"]).values["memory_watermark"] == .fraction(0.01))
    }

    @Test("values that look right but are not")
    func closerLook() throws {
        func message(_ environment: [String: String]) -> String {
            do {
                let settings = try Self.settings(environment)
                _ = try settings.redis()
                _ = try settings.web()
                return ""
            } catch { return (error as? CommandFailure)?.sentence ?? "\(error)" }
        }
        #expect(message(["SENTIERO_BASIC_AUTH": "admin"]).contains("SENTIERO_BASIC_AUTH"))
        #expect(message(["SENTIERO_BASIC_AUTH": "admin: "]).contains("SENTIERO_BASIC_AUTH"))
        #expect(message(["SENTIERO_BASIC_AUTH": ":secret"]).contains("SENTIERO_BASIC_AUTH"))
        #expect(message(["SENTIERO_MOUNT": "sentiero"]).contains("SENTIERO_MOUNT"))
        #expect(message(["SENTIERO_TRUSTED_PROXIES": "10.0.0.0/8,proxy"]).contains("proxy"))
        #expect(message(["SENTIERO_REDACTION_DISABLED_PATTERNS": "emali"]).contains("email"))
        #expect(message(["SENTIERO_REDACTION_CUSTOM_PATTERNS": "(["]).contains("custom_patterns"))
        #expect(message(["SENTIERO_REDIS_URL": "http://x"]).contains("SENTIERO_REDIS_URL"))
        #expect(message(["SENTIERO_GEO_SOURCE": "headers"]).contains("SENTIERO_GEO_HEADERS"))
        #expect(message(["SENTIERO_GEO_HEADERS": "city=X-City"]).contains("SENTIERO_GEO_SOURCE"))
        #expect(message(["SENTIERO_ERROR_SAMPLE_RATE": "0.5"]).contains("SENTIERO_CAPTURE_ERRORS"))
        #expect(message(["SENTIERO_MOUNT": "/sentiero/"]) == "")
    }

    @Test("01-79: the check of cards holds for worker and recorder, and can be switched off for both", arguments: [true, false])
    func cardCheck(isOn: Bool) throws {
        let settings = try Self.settings(isOn ? [:] : ["SENTIERO_REDACTION_CARD_CHECK": "false"])
        #expect(try settings.worker().redaction.checksCards == isOn)
        #expect(try settings.web().recorder.redaction.checksCards == isOn)
    }

    @Test("an event filter is a command line, with a bound on its time")
    func eventFilter() throws {
        #expect(try Self.settings([:]).worker().eventFilter == nil)
        #expect(try Self.settings(["SENTIERO_EVENT_FILTER": ""]).worker().eventFilter == nil)
        let filter = try Self.settings(["SENTIERO_EVENT_FILTER": "filter 'a b'", "SENTIERO_EVENT_FILTER_TIMEOUT_MS": "500"]).worker().eventFilter
        #expect(filter?.command.arguments == ["filter", "a b"])
        #expect(filter?.timeoutMs == 500)
        let failure = #expect(throws: CommandFailure.self) { try Self.settings(["SENTIERO_EVENT_FILTER": "filter 'a"]).worker() }
        #expect(failure?.sentence == "SENTIERO_EVENT_FILTER has a ' that is not closed.")
    }

    @Test("blank credentials stop the start; other empty variables count as not set", arguments: ["BASIC_AUTH", "METRICS_TOKEN", "INGEST_KEYS"])
    func blank(name: String) throws {
        for value in ["", "  "] {
            #expect(Self.problems(["SENTIERO_" + name: value]) == ["SENTIERO_\(name) is blank. Remove it or give it a value."])
        }
        #expect(Self.problems(file: #"{"\#(name.lowercased())": ""}"#) == ["\(name.lowercased()) in sentiero.json is blank."])
        #expect(try Self.settings(["SENTIERO_HTTP_PORT": "", "SENTIERO_CORS_ORIGINS": ""]).integer("http_port") == 8080)
    }

    @Test(
        "names Kubernetes sets are ignored",
        arguments: [
            ("SENTIERO_SERVICE_HOST", "10.0.0.1"), ("SENTIERO_SERVICE_PORT", "80"), ("SENTIERO_SERVICE_PORT_HTTP", "80"),
            ("SENTIERO_PORT", "tcp://10.0.0.1:80"),
            ("SENTIERO_PORT_80_TCP", "tcp://10.0.0.1:80"), ("SENTIERO_PORT_80_TCP_PROTO", "tcp"), ("SENTIERO_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("SENTIERO_WEB_SERVICE_HOST", "10.0.0.1"), ("SENTIERO_HTTP_PORT", "tcp://10.0.0.1:80"),
        ])
    func kubernetes(name: String, value: String) throws {
        let settings = try Self.settings([name: value])
        #expect(settings.integer("http_port") == 8080)
    }

    @Test("a port of ours is not one of theirs")
    func notKubernetes() throws {
        #expect(Self.problems(["SENTIERO_PORT": "80"]).count == 1)
        #expect(try Self.settings(["SENTIERO_HTTP_PORT": "81"]).integer("http_port") == 81)
    }

    @Test("a file that cannot be used is named")
    func badFile() {
        #expect(Self.problems(["SENTIERO_CONFIG": "other.json"]) == ["SENTIERO_CONFIG names other.json, which cannot be read."])
        #expect(Self.problems(file: "[1]") == ["SENTIERO_CONFIG names sentiero.json, which does not hold a JSON object."])
    }

    @Test("sizes, watermarks, keys and objects")
    func kinds() throws {
        let settings = try Self.settings(
            [
                "SENTIERO_MAX_BODY_BYTES": "512kb", "SENTIERO_MEMORY_WATERMARK": "2GB", "SENTIERO_INGEST_KEYS": "s:e:c:one, k2:two",
                "SENTIERO_BROWSER_KEYS": "pub:two",
            ],
            file:
                #"{"recorder_options": {"sampling": {"scroll": 300}}, "redaction_custom_patterns": ["ACCT-\\d{4,6}"], "max_bytes_per_session": 1000}"#
        )
        let web = try settings.web()
        #expect(web.lane.envelope.maxBodyBytes == 524_288)
        #expect(web.lane.memoryWatermark == .bytes(2_147_483_648))
        #expect(web.projects.names == ["one", "two"])
        #expect(web.projects.project(ingestKey: "s:e:c") == "one")
        #expect(web.projects.project(ingestKey: "nope") == nil)
        #expect(web.recorder.recorderOptions == ["sampling": .object(["scroll": .number(300)])])
        #expect(settings.list("redaction_custom_patterns") == [#"ACCT-\d{4,6}"#])
        #expect(try settings.worker().maxBytesPerSession == 1000)
        #expect(try Self.settings(file: #"{"memory_watermark": 0.5}"#).values["memory_watermark"] == .fraction(0.5))
        #expect(try Self.settings(["SENTIERO_MEMORY_WATERMARK": "1"]).web().lane.memoryWatermark == .fraction(1))
    }

    @Test("secrets are not printed, and keeping data forever is said")
    func listing() throws {
        let listing = try Self.settings([
            "SENTIERO_BASIC_AUTH": "admin:hunter2", "SENTIERO_METRICS_TOKEN": "hunter2", "SENTIERO_INGEST_KEYS": "hunter2:shop",
            "SENTIERO_REDIS_URL": "redis://app:hunter2@h:6379/0", "SENTIERO_RETENTION_PERIOD": "0",
        ]).listing
        #expect(!listing.contains("hunter2"))
        #expect(listing.contains("redis://(hidden)@h:6379/0"))
        #expect(listing.contains("kept forever"))
        #expect(try !Self.settings().listing.contains("kept forever"))
    }

    @Test("the documentation is the table")
    func document() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let written = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        #expect(written == ConfigurationDocument.markdown, "write it anew: sentiero configuration --markdown > docs/configuration.md")
    }

    @Test("encryption: keys are checked and hidden, a Redis of the keys needs one and must be another database")
    func encryption() throws {
        let key = Data(repeating: 1, count: 32).base64EncodedString()
        let other = Data(repeating: 2, count: 32).base64EncodedString()
        #expect(try Self.settings().encryption()?.masters.ids == nil)
        let environment = ["SENTIERO_ENCRYPTION_KEY": "\(key), \(other)", "SENTIERO_KEY_REDIS_URL": "redis://:hunter2@keys.example:6380/1"]
        let settings = try Self.settings(environment)
        let encryption = try #require(try settings.encryption())
        #expect(encryption.masters.ids.count == 2)
        #expect(encryption.keyRedis?.host == "keys.example")
        #expect(encryption.retentionSeconds == 2_592_000)
        #expect(!settings.listing.contains(key))
        #expect(!settings.listing.contains("hunter2"))
        #expect(settings.printable["encryption_key"] == "(hidden)")
        func failure(_ environment: [String: String]) -> String? {
            do {
                _ = try Self.settings(environment).encryption()
                return nil
            } catch { return (error as? CommandFailure)?.sentence ?? "\(error)" }
        }
        #expect(
            failure(["SENTIERO_ENCRYPTION_KEY": "c2hvcnQ="])?.contains("has 5 bytes instead of 32; make one with: openssl rand -base64 32") == true)
        #expect(failure(["SENTIERO_ENCRYPTION_KEY": "\(key),?"])?.contains("key 2 is not base64") == true)
        #expect(failure(["SENTIERO_ENCRYPTION_KEY": " "])?.contains("is blank") == true)
        #expect(failure(["SENTIERO_KEY_REDIS_URL": "redis://keys.example"])?.contains("only with SENTIERO_ENCRYPTION_KEY") == true)
        #expect(
            failure(["SENTIERO_ENCRYPTION_KEY": key, "SENTIERO_KEY_REDIS_URL": "redis://127.0.0.1:6379/0"])?.contains("same database") == true)
        #expect(failure(["SENTIERO_ENCRYPTION_KEY": key, "SENTIERO_KEY_REDIS_URL": "redis://127.0.0.1:6379/1"]) == nil)
    }
}
