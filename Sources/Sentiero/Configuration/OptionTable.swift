/// Every option there is.
enum OptionTable {
    static let groups = [redis, encryption, server, access, audit, lane, storage, redaction, recorder, capture, consent, alerts, worker]
    static let all = groups.flatMap(\.options)

    static func option(_ name: String) -> ConfigurationOption? { all.first { $0.name == name } }

    private static let redis = ConfigurationGroup(
        title: "Redis",
        options: [
            ConfigurationOption(
                "redis_url", .text, "redis://127.0.0.1:6379",
                "`redis://[user:password@]host[:port][/database]` or `unix:///path/to/socket`. The password is never printed."),
            ConfigurationOption("prefix", .text, "sentiero:", "Put before every key. No braces."),
            ConfigurationOption(
                "shards", .integer(1...1024), "1",
                "Independent parts of the data, each in one cluster slot. Cannot change after the first start; choose 16 or 64 when a cluster is ahead."
            ),
            ConfigurationOption(
                "partitions", .integer(1...1024), "8", "Ingest streams per shard, over which workers spread. Cannot change after the first start."),
        ])

    private static let encryption = ConfigurationGroup(
        title: "Encryption at rest",
        options: [
            ConfigurationOption(
                "encryption_key", .list, nil, isSecret: true,
                "Master keys, base64 of 32 bytes each (`openssl rand -base64 32`): recordings are stored encrypted ([how](encryption.md)). The first wraps new keys, the others still open old ones (rotation)."
            ),
            ConfigurationOption(
                "key_redis_url", .text, nil,
                "Redis of its own for the wrapped keys, so that copies of the data alone cannot be read. The password is never printed. Not set: they lie beside the data."
            ),
        ])

    private static let server = ConfigurationGroup(
        title: "Web server",
        options: [
            ConfigurationOption("http_host", .name, "127.0.0.1", "Address to listen on; `0.0.0.0` for all."),
            ConfigurationOption("http_port", .integer(0...65_535), "8080", "Port to listen on; 0 lets the system choose."),
            ConfigurationOption("mount", .text, "", "Path before all routes but `/healthz`, `/readyz` and `/metrics`, such as `/sentiero`."),
            ConfigurationOption(
                "public_url", .text, "",
                "Scheme and host under which browsers reach the server, for the script tag on the dashboard, and on workers for the links in alerts. Empty: relative to the page."
            ),
            ConfigurationOption("events_url", .text, nil, "Where recorders send, when that is not `public_url` + `mount` + `/events`."),
            ConfigurationOption(
                "trusted_proxies", .list, nil,
                "Addresses and CIDR blocks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; once set, geo headers are believed from them alone."
            ),
            ConfigurationOption(
                "log_level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info",
                "Least severe messages to log. Accepted batches are logged at `debug`."),
            ConfigurationOption("rrweb_record", .text, nil, "File with an rrweb recorder in place of the built-in one."),
            ConfigurationOption("rrweb_player", .text, nil, "File with an rrweb player in place of the built-in one."),
            ConfigurationOption("rrweb_style", .text, nil, "The player's style sheet."),
            ConfigurationOption("max_events_per_page", .integer(1...1000), "1000", "Most events in one answer of the events API."),
            ConfigurationOption(
                "replay_asset_origins", .origins, nil,
                "Origins from which a replay may load pictures, fonts and styles, such as `https://cdn.shop.example`. They see who watches, and when. Not set: a replay contacts nobody."
            ),
        ])

    private static let access = ConfigurationGroup(
        title: "Access",
        options: [
            ConfigurationOption(
                "basic_auth", .text, nil, isSecret: true,
                "`user:password` of the dashboard. Without it every page answers 403; ingest works all the same."),
            ConfigurationOption("allow_insecure_dashboard", .flag, "false", "Open the dashboard and `/metrics` without a login. For trials only."),
            ConfigurationOption("metrics_token", .text, nil, isSecret: true, "Bearer token for `/metrics`, besides the login."),
            ConfigurationOption("ingest_keys", .keys, nil, isSecret: true, "`secret:project` pairs for servers that report errors and events."),
            ConfigurationOption(
                "browser_keys", .keys, nil, "`public:project` pairs; the script tag sends the key. Needed only with several projects."),
        ])

    private static let audit = ConfigurationGroup(
        title: "Audit log",
        options: [
            ConfigurationOption(
                "audit_log", .text, nil,
                "File the lines of the [audit log](audit.md) are appended to; opened again when it was rotated. Not set: standard output, and standard error for commands."
            ),
            ConfigurationOption(
                "audit_retention", .integer(0...3_153_600_000), "34560000",
                "Seconds lines stay in Redis (400 days); 0 keeps them forever. The file is yours to rotate."),
        ])

    private static let lane = ConfigurationGroup(
        title: "Events lane",
        options: [
            ConfigurationOption(
                "cors_origins", .origins, nil, "Origins of the recorded sites, such as `https://shop.example`, when they are not the server's own."),
            ConfigurationOption(
                "cors_enforce", .flag, "true",
                "Refuse other origins with 403 once `cors_origins` is set; `false` only leaves the CORS headers out, as the original does."),
            ConfigurationOption("max_body_bytes", .size(1024...536_870_912), "1048576", "Largest body as received. The original's is 524288."),
            ConfigurationOption("max_inflated_bytes", .size(1024...Int.max), "16777216", "Largest body after inflation. The original's is 524288."),
            ConfigurationOption(
                "max_events_per_request", .integer(1...1_000_000), nil, "Most events in one batch; not set: any number that fits the body."),
            ConfigurationOption(
                "max_stream_length", .integer(1...1_000_000_000), "100000", "Unprocessed batches per partition from which on ingest answers 503."),
            ConfigurationOption(
                "memory_watermark", .watermark, "0.8",
                "Share of Redis' `maxmemory` (or bytes, at least 1 MiB) from which on ingest answers 503, so that workers can still drain."),
            ConfigurationOption("memory_limit", .size(1_048_576...Int.max), "2147483648", "Stands in for `maxmemory` when Redis has none."),
            ConfigurationOption("user_opt_out", .flag, "false", "Honour the opt-out cookie, and give the page `Sentiero.optOut()` that lasts."),
            ConfigurationOption("opt_out_cookie_name", .cookieName, "sentiero_optout", "Name of the cookie and the local storage key."),
            ConfigurationOption("respect_gpc", .flag, "true", "Do not record browsers that send Global Privacy Control."),
            ConfigurationOption(
                "anonymize_ip", .flag, "true", "Reduce addresses in reports and audit entries to /24 and /48. The events lane always does."),
            ConfigurationOption(
                "geo_source", .choice(["none", "cloudflare", "headers"]), "none",
                "Where a session's country, city, region and time zone come from: nowhere, Cloudflare's headers, or those of `geo_headers`. Without `trusted_proxies` they are believed from anyone, as in the original, so set those when clients can reach the server around the proxy."
            ),
            ConfigurationOption(
                "geo_headers", .mapping(["country", "city", "region", "timezone"]), nil,
                "Which request header holds what, for `geo_source=headers`: `country=X-Geo-Country,city=X-Geo-City`. A country must be a code of two or three letters or digits."
            ),
        ])

    private static let storage = ConfigurationGroup(
        title: "What is kept",
        options: [
            ConfigurationOption(
                "retention_period", .integer(0...3_153_600_000), "2592000",
                "Seconds personal data is kept after a session's last batch. **0 keeps it forever.**"),
            ConfigurationOption(
                "max_events_per_session", .integer(1...1_000_000_000), nil, "Oldest chunks go beyond it; the newest full snapshot stays replayable."),
            ConfigurationOption("max_bytes_per_session", .size(1...Int.max), nil, "The same by compressed bytes."),
            ConfigurationOption("max_sessions", .integer(1...1_000_000_000), nil, "Per project; the least recently updated sessions go beyond it."),
            ConfigurationOption(
                "retention_source_maps", .integer(0...3_153_600_000), "7776000",
                "Seconds [source maps](source-maps.md) are kept after the last upload or use of their release; 0 keeps them forever."),
            ConfigurationOption(
                "max_source_map_bytes", .size(1_048_576...Int.max), "536870912",
                "Most bytes of a project's source maps, compressed; beyond it the releases not used for longest go."),
            ConfigurationOption(
                "retention_errors", .integer(0...3_153_600_000), nil,
                "Seconds a problem is kept after its last occurrence, and a server event after its arrival; not set: `retention_period`. **0 keeps them forever.**"
            ),
            ConfigurationOption(
                "max_problems", .integer(1...1_000_000), "5000", "Per project; the least recently received go beyond it, with their occurrences."),
            ConfigurationOption(
                "max_occurrences_per_problem", .integer(1...10_000), "100", "Kept in full of each problem in each shard; the others are counted."),
            ConfigurationOption("max_server_events", .integer(1...100_000_000), "50000", "Per project; the oldest go beyond it."),
            ConfigurationOption(
                "default_platform", .text, "ruby", "Whose stack frames those of an error report are that names no `platform`."),
            ConfigurationOption(
                "user_key", .text, "userId",
                "Metadata key that names the user. Sessions are indexed by a digest of its value, so that `erase --user` finds exactly theirs. Empty (in the file): no index."
            ),
            ConfigurationOption(
                "aof_rewrite_interval", .integer(60...31_536_000), nil,
                "Seconds after which a worker has Redis rewrite its append-only file, which until then still holds what was deleted; not set: Redis decides alone."
            ),
        ])

    private static let redaction = ConfigurationGroup(
        title: "Redaction",
        options: [
            ConfigurationOption(
                "redaction_url_mode", .choice(["strip", "keep_filtered", "keep_all"]), "strip",
                "What is left of URLs: no query and fragment, a filtered query, everything."),
            ConfigurationOption("redaction_url_param_allowlist", .list, nil, "Query parameters kept as they are by `keep_filtered`."),
            ConfigurationOption(
                "redaction_url_param_denylist", .list, nil, "Query parameters removed by `keep_filtered`, besides the built-in ones."),
            ConfigurationOption(
                "redaction_disabled_patterns", .list, nil, "Built-in text patterns to switch off: `url`, `jwt`, `email`, `long_hex`, `card`."),
            ConfigurationOption("redaction_custom_patterns", .list, nil, "Expressions of your own. Use the file for those that hold commas."),
            ConfigurationOption(
                "redaction_card_check", .flag, "true",
                "Count 13 to 19 digits as a card only when they pass Luhn's check and are no time in milliseconds; `false` takes all, as the original does."
            ),
            ConfigurationOption(
                "redaction_dom_patterns", .list, nil, "Built-in patterns that are also applied to recorded page content, on the server only."),
        ])

    private static let recorder = ConfigurationGroup(
        title: "Recorder",
        options: [
            ConfigurationOption("flush_interval_ms", .integer(100...3_600_000), "10000", "Milliseconds between uploads."),
            ConfigurationOption("flush_event_threshold", .integer(1...5000), "50", "Buffered events that cause an upload before that."),
            ConfigurationOption("cross_tab_sessions", .flag, "true", "Tabs of one browser share a session."),
            ConfigurationOption(
                "session_idle_timeout", .integer(1...31_536_000), "21600", "Seconds without activity after which a new session starts."),
            ConfigurationOption("session_max_age", .integer(1...31_536_000), "604800", "Seconds after which a new session starts in any case."),
            ConfigurationOption("mask_all_inputs", .flag, "true", "Replace what is typed by asterisks. Passwords always are."),
            ConfigurationOption(
                "strict_masking", .flag, "false",
                "Replace all text of the page by asterisks, not only what is typed; `data-sentiero-unmask` still shows."),
            ConfigurationOption("block_selector", .text, "[data-rr-block]", "Elements left out of the recording."),
            ConfigurationOption("mask_text_selector", .text, "[data-rr-mask]", "Elements whose text is masked."),
            ConfigurationOption("ignore_selector", .text, "[data-rr-ignore]", "Fields whose input is not recorded."),
            ConfigurationOption(
                "recorder_options", .object, nil, "rrweb options in camelCase, such as `{\"sampling\":{\"scroll\":300}}`, under the ones above."),
        ])

    private static let capture = ConfigurationGroup(
        title: "What the recorder captures",
        options: [
            ConfigurationOption("capture_metadata", .flag, "false", "Send URL, referrer, user agent and viewport with the first batch of a page."),
            ConfigurationOption(
                "capture_errors", .flag, "false", "Record script errors and mark their sessions. Web servers and workers both need it."),
            ConfigurationOption("track_navigation", .flag, "false", "Record clicks on links."),
            ConfigurationOption("track_custom_events", .flag, "false", "Record elements with `data-sentiero-track-*`."),
            ConfigurationOption("capture_web_vitals", .flag, "false", "Record LCP, CLS and INP."),
            ConfigurationOption("capture_clicks", .flag, "false", "Record what was clicked."),
            ConfigurationOption("track_forms", .flag, "false", "Record form submissions, never values."),
            ConfigurationOption(
                "capture_console", .choices(["log", "info", "warn", "error", "debug"]), nil,
                "Record what the page writes to the console, at these levels, shortened and redacted."),
            ConfigurationOption(
                "capture_network", .flag, "false", "Record method, redacted address, status, duration and sizes of requests; never bodies or headers."
            ),
            ConfigurationOption("app_version", .label(64), nil, "Version of the recorded site, kept as the release of its errors."),
        ])

    private static let consent = ConfigurationGroup(
        title: "When the recorder records",
        options: [
            ConfigurationOption(
                "require_consent", .flag, "false", "Nothing is recorded, stored or sent before the page calls `Sentiero.consent(true)`."),
            ConfigurationOption(
                "sample_rate", .rate, "1", "Share of sessions that are recorded, decided by the session id, so that it holds for all pages and tabs."),
            ConfigurationOption(
                "error_sample_rate", .rate, "0",
                "Share of the other sessions that keep their last minute in memory and send it when a script error happens. Needs `capture_errors`."),
            ConfigurationOption("min_duration_ms", .integer(0...3_600_000), "0", "Nothing is sent before a session has lasted so many milliseconds."),
            ConfigurationOption(
                "start_urls", .list, nil,
                "Record only from a page on whose origin and path match one of these, such as `https://shop.example/checkout/*`."),
            ConfigurationOption("stop_urls", .list, nil, "Stop for good on a page that matches one of these."),
            ConfigurationOption("start_events", .list, nil, "Record only from a custom event with one of these tags on."),
            ConfigurationOption("stop_events", .list, nil, "Stop for good at a custom event with one of these tags."),
        ])

    private static let alerts = ConfigurationGroup(
        title: "Alerts",
        options: [
            ConfigurationOption(
                "smtp_url", .text, nil, isSecret: true,
                "`smtp://user:password@host:587` or `smtps://host:465`: who sends the mail of [alerts](alerts.md). Workers need it; not set: no mail."
            ),
            ConfigurationOption("alert_from", .name, "sentiero@localhost", "Address that mail is from."),
            ConfigurationOption(
                "alert_ca_file", .text, nil,
                "PEM file of certificate authorities that mail servers and webhooks may have besides the system's. Workers need it."),
            ConfigurationOption(
                "alert_allow_private", .flag, "false",
                "Let webhooks go to private and loopback addresses. Web servers and workers both need it. Whoever may edit channels can then reach your network."
            ),
        ])

    private static let worker = ConfigurationGroup(
        title: "Worker",
        options: [
            ConfigurationOption("worker_http_host", .name, "127.0.0.1", "Address of the worker's own `/healthz` and `/metrics`."),
            ConfigurationOption(
                "worker_http_port", .integer(0...65_535), nil,
                "Port of the worker's own `/healthz` and `/metrics` (same login and token as the web server's); not set: none."),
            ConfigurationOption(
                "event_filter", .text, nil,
                "A program of your own that sees every event after redaction, and gives it back, changed or not, or drops it; see `docs/event-filter.md`. Split like a command line, but no shell runs."
            ),
            ConfigurationOption("event_filter_timeout_ms", .integer(10...600_000), "2000", "Milliseconds it has for one batch."),
            ConfigurationOption("worker_id", .name, nil, "Name in leases, unique among live workers; not set: made from host name and process."),
        ])
}
