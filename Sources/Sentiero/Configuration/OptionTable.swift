/// Every option there is.
enum OptionTable {
    static let groups = [redis, server, access, lane, storage, redaction, recorder, worker]
    static let all = groups.flatMap(\.options)

    static func option(_ name: String) -> Option? { all.first { $0.name == name } }

    private static let redis = OptionGroup(title: "Redis", options: [
        Option("redis_url", .text, "redis://127.0.0.1:6379", "`redis://[user:password@]host[:port][/database]` or `unix:///path/to/socket`. The password is never printed."),
        Option("prefix", .text, "sentiero:", "Put before every key. No braces."),
        Option("shards", .integer(1...1024), "1", "Independent parts of the data, each in one cluster slot. Cannot change after the first start; choose 16 or 64 when a cluster is ahead."),
        Option("partitions", .integer(1...1024), "8", "Ingest streams per shard, over which workers spread. Cannot change after the first start."),
    ])

    private static let server = OptionGroup(title: "Web server", options: [
        Option("http_host", .text, "127.0.0.1", "Address to listen on; `0.0.0.0` for all."),
        Option("http_port", .integer(0...65_535), "8080", "Port to listen on; 0 lets the system choose."),
        Option("mount", .text, "", "Path before all routes but `/healthz`, `/readyz` and `/metrics`, such as `/sentiero`."),
        Option("public_url", .text, "", "Scheme and host under which browsers reach the server, for the script tag on the dashboard. Empty: relative to the page."),
        Option("events_url", .text, nil, "Where recorders send, when that is not `public_url` + `mount` + `/events`."),
        Option("trusted_proxies", .list, nil, "Addresses and CIDR blocks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."),
        Option("log_level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info", "Least severe messages to log. Accepted batches are logged at `debug`."),
        Option("rrweb_record", .text, nil, "File with an rrweb recorder in place of the built-in one."),
        Option("rrweb_player", .text, nil, "File with an rrweb player in place of the built-in one."),
        Option("rrweb_style", .text, nil, "The player's style sheet."),
        Option("max_events_per_page", .integer(1...1000), "1000", "Most events in one answer of the events API."),
    ])

    private static let access = OptionGroup(title: "Access", options: [
        Option("basic_auth", .text, nil, isSecret: true, "`user:password` of the dashboard. Without it every page answers 403; ingest works all the same."),
        Option("allow_insecure_dashboard", .flag, "false", "Open the dashboard and `/metrics` without a login. For trials only."),
        Option("metrics_token", .text, nil, isSecret: true, "Bearer token for `/metrics`, besides the login."),
        Option("ingest_keys", .keys, nil, isSecret: true, "`secret:project` pairs for servers that report errors and events."),
        Option("browser_keys", .keys, nil, "`public:project` pairs; the script tag sends the key. Needed only with several projects."),
    ])

    private static let lane = OptionGroup(title: "Events lane", options: [
        Option("cors_origins", .list, nil, "Origins of the recorded sites, such as `https://shop.example`, when they are not the server's own."),
        Option("cors_enforce", .flag, "true", "Refuse other origins with 403 once `cors_origins` is set; `false` only leaves the CORS headers out, as the original does."),
        Option("max_body_bytes", .size, "1048576", "Largest body as received. The original's is 524288."),
        Option("max_inflated_bytes", .size, "16777216", "Largest body after inflation. The original's is 524288."),
        Option("max_events_per_request", .integer(1...1_000_000), nil, "Most events in one batch; not set: any number that fits the body."),
        Option("max_stream_length", .integer(1...1_000_000_000), "100000", "Unprocessed batches per partition from which on ingest answers 503."),
        Option("memory_watermark", .watermark, "0.8", "Share of Redis' `maxmemory` (or bytes) from which on ingest answers 503, so that workers can still drain."),
        Option("memory_limit", .size, "2147483648", "Stands in for `maxmemory` when Redis has none."),
        Option("user_opt_out", .flag, "false", "Honour the opt-out cookie, and give the page `Sentiero.optOut()` that lasts."),
        Option("opt_out_cookie_name", .text, "sentiero_optout", "Name of the cookie and the local storage key."),
        Option("respect_gpc", .flag, "true", "Do not record browsers that send Global Privacy Control."),
        Option("anonymize_ip", .flag, "true", "Reduce addresses in reports and audit entries to /24 and /48. The events lane always does."),
        Option("geo_source", .choice(["none", "cloudflare"]), "none", "Where a session's country, city, region and time zone come from."),
    ])

    private static let storage = OptionGroup(title: "What is kept", options: [
        Option("retention_period", .integer(0...3_153_600_000), "2592000", "Seconds personal data is kept after a session's last batch. **0 keeps it forever.**"),
        Option("max_events_per_session", .integer(1...1_000_000_000), nil, "Oldest chunks go beyond it; the newest full snapshot stays replayable."),
        Option("max_bytes_per_session", .size, nil, "The same by compressed bytes."),
        Option("max_sessions", .integer(1...1_000_000_000), nil, "Per project; the least recently updated sessions go beyond it."),
    ])

    private static let redaction = OptionGroup(title: "Redaction", options: [
        Option("redaction_url_mode", .choice(["strip", "keep_filtered", "keep_all"]), "strip", "What is left of URLs: no query and fragment, a filtered query, everything."),
        Option("redaction_url_param_allowlist", .list, nil, "Query parameters kept as they are by `keep_filtered`."),
        Option("redaction_url_param_denylist", .list, nil, "Query parameters removed by `keep_filtered`, besides the built-in ones."),
        Option("redaction_disabled_patterns", .list, nil, "Built-in text patterns to switch off: `url`, `jwt`, `email`, `long_hex`, `card`."),
        Option("redaction_custom_patterns", .list, nil, "Expressions of your own. Use the file for those that hold commas."),
        Option("redaction_dom_patterns", .list, nil, "Built-in patterns that are also applied to recorded page content, on the server only."),
    ])

    private static let recorder = OptionGroup(title: "Recorder", options: [
        Option("flush_interval_ms", .integer(100...3_600_000), "10000", "Milliseconds between uploads."),
        Option("flush_event_threshold", .integer(1...5000), "50", "Buffered events that cause an upload before that."),
        Option("cross_tab_sessions", .flag, "true", "Tabs of one browser share a session."),
        Option("session_idle_timeout", .integer(1...31_536_000), "21600", "Seconds without activity after which a new session starts."),
        Option("session_max_age", .integer(1...31_536_000), "604800", "Seconds after which a new session starts in any case."),
        Option("capture_metadata", .flag, "false", "Send URL, referrer, user agent and viewport with the first batch of a page."),
        Option("capture_errors", .flag, "false", "Record script errors and mark their sessions."),
        Option("track_navigation", .flag, "false", "Record clicks on links."),
        Option("track_custom_events", .flag, "false", "Record elements with `data-sentiero-track-*`."),
        Option("capture_web_vitals", .flag, "false", "Record LCP, CLS and INP."),
        Option("capture_clicks", .flag, "false", "Record what was clicked."),
        Option("track_forms", .flag, "false", "Record form submissions, never values."),
        Option("mask_all_inputs", .flag, "true", "Replace what is typed by asterisks. Passwords always are."),
        Option("block_selector", .text, "[data-rr-block]", "Elements left out of the recording."),
        Option("mask_text_selector", .text, "[data-rr-mask]", "Elements whose text is masked."),
        Option("ignore_selector", .text, "[data-rr-ignore]", "Fields whose input is not recorded."),
        Option("recorder_options", .object, nil, "rrweb options in camelCase, such as `{\"sampling\":{\"scroll\":300}}`, under the ones above."),
    ])

    private static let worker = OptionGroup(title: "Worker", options: [
        Option("worker_http_host", .text, "127.0.0.1", "Address of the worker's own `/healthz` and `/metrics`."),
        Option("worker_http_port", .integer(0...65_535), nil, "Port of the worker's own `/healthz` and `/metrics` (same login and token as the web server's); not set: none."),
        Option("worker_id", .text, nil, "Name in leases, unique among live workers; not set: made from host name and process."),
    ])
}
