import Foundation
import Ingest
import Testing
import Web

@testable import Sentiero

/// The recorder's own options (spec 06 section 1) and the sources of geographic facts (spec 01 section 1.5).
@Suite struct RecorderSettingsTests {
    @Test("every option reaches the script tag under its name, from the environment and from the file")
    func emitted() throws {
        let environment = [
            "SENTIERO_REQUIRE_CONSENT": "true", "SENTIERO_STRICT_MASKING": "true", "SENTIERO_SAMPLE_RATE": "0.25", "SENTIERO_ERROR_SAMPLE_RATE": "1",
            "SENTIERO_MIN_DURATION_MS": "5000", "SENTIERO_START_URLS": "https://a.example/*, https://b.example/x", "SENTIERO_STOP_URLS": "*/logout",
            "SENTIERO_START_EVENTS": "cart", "SENTIERO_STOP_EVENTS": "paid", "SENTIERO_CAPTURE_CONSOLE": "error,warn",
            "SENTIERO_CAPTURE_NETWORK": "true", "SENTIERO_APP_VERSION": "2026.11", "SENTIERO_CAPTURE_ERRORS": "true",
        ]
        let file = """
            {"require_consent": true, "strict_masking": true, "sample_rate": 0.25, "error_sample_rate": 1, "min_duration_ms": 5000,
             "start_urls": ["https://a.example/*", "https://b.example/x"], "stop_urls": ["*/logout"], "start_events": ["cart"], "stop_events": ["paid"],
             "capture_console": ["error", "warn"], "capture_network": true, "app_version": "2026.11", "capture_errors": true}
            """
        let expected: [String: JSONValue] = [
            "requireConsent": .flag(true), "strictMasking": .flag(true), "sampleRate": .number(0.25), "errorSampleRate": .number(1),
            "minDurationMs": .number(5000), "startUrls": .list([.text("https://a.example/*"), .text("https://b.example/x")]),
            "stopUrls": .list([.text("*/logout")]), "startEvents": .list([.text("cart")]), "stopEvents": .list([.text("paid")]),
            "captureConsole": .list([.text("error"), .text("warn")]), "captureNetwork": .flag(true), "appVersion": .text("2026.11"),
        ]
        for settings in [try SettingsTests.settings(environment), try SettingsTests.settings(file: file)] {
            guard case .object(let object) = try settings.web().recorder.object(eventsURL: "/events") else {
                Issue.record("no object")
                return
            }
            for (name, value) in expected { #expect(object[name] == value, "\(name)") }
        }
        guard case .object(let standard) = try SettingsTests.settings().web().recorder.object(eventsURL: "/events") else { return }
        for name in expected.keys { #expect(standard[name] == nil, "\(name) is left out by default") }
    }

    @Test(
        "bad values",
        arguments: [
            ("SAMPLE_RATE", "1.5", "must be a number from 0 to 1"), ("SAMPLE_RATE", "-0.1", "must be a number from 0 to 1"),
            ("SAMPLE_RATE", "10%", "must be a number from 0 to 1"), ("SAMPLE_RATE", "nan", "must be a number from 0 to 1"),
            ("ERROR_SAMPLE_RATE", "2", "must be a number from 0 to 1"), ("MIN_DURATION_MS", "-1", "must be between 0 and 3600000"),
            ("CAPTURE_CONSOLE", "error,fatal", "has fatal, but may hold only log, info, warn, error, debug"),
            ("CAPTURE_CONSOLE", "true", "has true, but may hold only log, info, warn, error, debug"),
            ("APP_VERSION", String(repeating: "x", count: 65), "must be 1 to 64 characters, and not blank"),
            ("APP_VERSION", "  ", "must be 1 to 64 characters, and not blank"), ("REQUIRE_CONSENT", "maybe", "must be true or false"),
            ("GEO_HEADERS", "X-Geo", "must be pairs such as country=X-Header"),
            ("GEO_HEADERS", "country=A=B", "must be pairs such as country=X-Header"),
            ("GEO_HEADERS", "latitude=X-Lat", "has latitude, but may name only country, city, region, timezone"),
            ("GEO_HEADERS", "city=X Geo", "has “X Geo” for city, which is no header's name"),
            ("GEO_HEADERS", "city=", "has “” for city, which is no header's name"),
            ("GEO_HEADERS", "city=A,city=B", "names city twice"),
        ])
    func badValues(name: String, value: String, rule: String) {
        #expect(SettingsTests.problems(["SENTIERO_" + name: value]) == ["SENTIERO_\(name) \(rule)."])
    }

    @Test("the ends of a share are taken, as whole numbers, too")
    func rates() throws {
        for (text, value) in [("0", 0.0), ("1", 1.0), ("0.0", 0.0), ("1.0", 1.0), ("0.001", 0.001)] {
            #expect(try SettingsTests.settings(["SENTIERO_SAMPLE_RATE": text]).web().recorder.sampleRate == value)
            #expect(try SettingsTests.settings(file: #"{"sample_rate": \#(text)}"#).web().recorder.sampleRate == value)
        }
    }

    @Test("geographic facts from headers of one's own")
    func geoHeaders() throws {
        let expected = GeoSource.headers(.init(country: "X-Geo-Country", city: "X-Geo-City"))
        let environment = ["SENTIERO_GEO_SOURCE": "headers", "SENTIERO_GEO_HEADERS": "country=X-Geo-Country, city = X-Geo-City"]
        #expect(try SettingsTests.settings(environment).web().lane.geoSource == expected)
        let listed = #"{"geo_source": "headers", "geo_headers": ["country=X-Geo-Country", "city=X-Geo-City"]}"#
        #expect(try SettingsTests.settings(file: listed).web().lane.geoSource == expected)
        #expect(try SettingsTests.settings(environment).printable["geo_headers"] == "city=X-Geo-City,country=X-Geo-Country")
        #expect(try SettingsTests.settings(["SENTIERO_GEO_SOURCE": "cloudflare"]).web().lane.geoSource == .cloudflare)
        #expect(try SettingsTests.settings().web().lane.geoSource == .none)
    }
}
