import Ingest
import Web

extension Settings {
    /// - Throws: `CommandFailure` for values that only make sense together or need a closer look than their type.
    func web() throws -> WebConfiguration {
        var web = WebConfiguration()
        web.host = text("http_host") ?? web.host
        web.port = integer("http_port") ?? web.port
        web.mount = try mount()
        web.publicURL = Self.withoutTrailingSlash(text("public_url") ?? "")
        web.eventsURL = text("events_url")
        if let login = text("basic_auth") {
            guard let credentials = BasicCredentials(login) else {
                throw CommandFailure(.wrongUse, "SENTIERO_BASIC_AUTH must be user:password, and neither may be blank.")
            }
            web.basicAuth = credentials
        }
        web.allowInsecureDashboard = flag("allow_insecure_dashboard")
        web.metricsToken = text("metrics_token")
        web.projects = projects
        do throws(InvalidProxy) {
            web.trustedProxies = try TrustedProxies(list("trusted_proxies"))
        } catch {
            throw CommandFailure(.wrongUse, "SENTIERO_TRUSTED_PROXIES: \(error.entry) is neither an address nor a CIDR block.")
        }
        web.anonymizeIP = flag("anonymize_ip")
        web.retentionPeriod = integer("retention_period") ?? web.retentionPeriod
        web.retentionErrors = integer("retention_errors")
        web.sourceMapRetention = sourceMapRetention
        web.maxSourceMapBytes = maxSourceMapBytes
        web.auditRetention = auditRetention
        web.userKey = text("user_key") ?? web.userKey
        web.defaultPlatform = text("default_platform") ?? web.defaultPlatform
        web.isEncrypted = values["encryption_key"] != nil
        web.maxEventsPerPage = integer("max_events_per_page") ?? web.maxEventsPerPage
        web.replayAssetOrigins = list("replay_asset_origins")
        web.assetOverrides.record = text("rrweb_record")
        web.assetOverrides.player = text("rrweb_player")
        web.assetOverrides.style = text("rrweb_style")
        web.alertAllowPrivate = flag("alert_allow_private")
        web.lane = lane
        web.lane.geoSource = try geoSource()
        web.redaction = try redaction()
        web.recorder = try recorder()
        return web
    }

    /// Limits the edge validates with, and the worker again.
    var envelopeLimits: EnvelopeLimits {
        EnvelopeLimits(
            maxBodyBytes: integer("max_body_bytes") ?? 1_048_576,
            maxInflatedBytes: integer("max_inflated_bytes") ?? 16_777_216,
            maxEventsPerRequest: integer("max_events_per_request"))
    }

    private var lane: EventsLaneConfiguration {
        var lane = EventsLaneConfiguration()
        lane.envelope = envelopeLimits
        lane.corsOrigins = list("cors_origins")
        lane.corsEnforce = flag("cors_enforce")
        lane.userOptOut = flag("user_opt_out")
        lane.optOutCookieName = text("opt_out_cookie_name") ?? lane.optOutCookieName
        lane.respectGPC = flag("respect_gpc")
        lane.maxStreamLength = integer("max_stream_length") ?? lane.maxStreamLength
        lane.memoryLimit = integer("memory_limit") ?? lane.memoryLimit
        switch values["memory_watermark"] {
        case .fraction(let fraction): lane.memoryWatermark = .fraction(fraction)
        // A whole 1 is the share, not a byte.
        case .integer(let bytes): lane.memoryWatermark = bytes == 1 ? .fraction(1) : .bytes(bytes)
        default: break
        }
        return lane
    }

    private func recorder() throws -> RecorderConfiguration {
        var recorder = RecorderConfiguration()
        recorder.flushIntervalMs = integer("flush_interval_ms") ?? recorder.flushIntervalMs
        recorder.flushEventThreshold = integer("flush_event_threshold") ?? recorder.flushEventThreshold
        recorder.crossTabSessions = flag("cross_tab_sessions")
        recorder.sessionIdleTimeout = integer("session_idle_timeout") ?? recorder.sessionIdleTimeout
        recorder.sessionMaxAge = integer("session_max_age") ?? recorder.sessionMaxAge
        recorder.captureMetadata = flag("capture_metadata")
        recorder.captureErrors = flag("capture_errors")
        recorder.trackNavigation = flag("track_navigation")
        recorder.trackCustomEvents = flag("track_custom_events")
        recorder.captureWebVitals = flag("capture_web_vitals")
        recorder.captureClicks = flag("capture_clicks")
        recorder.trackForms = flag("track_forms")
        recorder.captureConsole = list("capture_console")
        recorder.captureNetwork = flag("capture_network")
        recorder.appVersion = text("app_version")
        recorder.requireConsent = flag("require_consent")
        recorder.sampleRate = fraction("sample_rate")
        recorder.errorSampleRate = fraction("error_sample_rate")
        if recorder.errorSampleRate > 0, !recorder.captureErrors {
            throw CommandFailure(.wrongUse, "SENTIERO_ERROR_SAMPLE_RATE has no effect unless SENTIERO_CAPTURE_ERRORS is true.")
        }
        recorder.minDurationMs = integer("min_duration_ms") ?? 0
        recorder.startURLs = list("start_urls")
        recorder.stopURLs = list("stop_urls")
        recorder.startEvents = list("start_events")
        recorder.stopEvents = list("stop_events")
        // The recorder's own bounds are those of a server with defaults; the envelope around the events needs a sixteenth at most.
        let (body, inflated) = (envelopeLimits.maxBodyBytes, envelopeLimits.maxInflatedBytes)
        recorder.maxBodyBytes = body < 1_048_576 ? body : nil
        recorder.maxInflatedBytes = inflated < 16_777_216 ? inflated / 16 * 15 : nil
        recorder.strictMasking = flag("strict_masking")
        recorder.optOutCookieName = flag("user_opt_out") ? text("opt_out_cookie_name") : nil
        recorder.respectGPC = flag("respect_gpc")
        if case .object(let options)? = values["recorder_options"] { recorder.recorderOptions = options }
        recorder.maskAllInputs = flag("mask_all_inputs")
        recorder.blockSelector = text("block_selector") ?? recorder.blockSelector
        recorder.maskTextSelector = text("mask_text_selector") ?? recorder.maskTextSelector
        recorder.ignoreSelector = text("ignore_selector") ?? recorder.ignoreSelector
        // The browser knows these modes by camelCase names (spec 01 section 3.2).
        recorder.redaction.urlMode = ["keep_all": "keepAll", "keep_filtered": "keepFiltered"][text("redaction_url_mode") ?? ""] ?? "strip"
        recorder.redaction.urlParamAllowlist = list("redaction_url_param_allowlist")
        recorder.redaction.urlParamDenylist = try redaction().effectiveURLParamDenylist
        recorder.redaction.disabledPatterns = list("redaction_disabled_patterns")
        recorder.redaction.customPatterns = list("redaction_custom_patterns")
        recorder.redaction.checksCards = flag("redaction_card_check")
        return recorder
    }

    private func geoSource() throws -> GeoSource {
        let named: [String: String]? = if case .mapping(let pairs)? = values["geo_headers"] { pairs } else { nil }
        switch (text("geo_source"), named) {
        case ("headers", let named?) where !named.isEmpty:
            return .headers(.init(country: named["country"], city: named["city"], region: named["region"], timezone: named["timezone"]))
        case ("headers", _):
            throw CommandFailure(
                .wrongUse, "SENTIERO_GEO_SOURCE is headers, so SENTIERO_GEO_HEADERS must name at least one, such as country=X-Geo-Country.")
        case (_, _?):
            throw CommandFailure(.wrongUse, "SENTIERO_GEO_HEADERS has no effect unless SENTIERO_GEO_SOURCE is headers.")
        case ("cloudflare", _): return .cloudflare
        default: return .none
        }
    }

    func mount() throws -> String {
        let path = Self.withoutTrailingSlash(text("mount") ?? "")
        guard path.isEmpty || path.wholeMatch(of: /(\/[A-Za-z0-9._~-]+)+/) != nil else {
            throw CommandFailure(.wrongUse, "SENTIERO_MOUNT must be a path such as /sentiero.")
        }
        return path
    }

    static func withoutTrailingSlash(_ text: String) -> String { text.hasSuffix("/") ? String(text.dropLast()) : text }
}
