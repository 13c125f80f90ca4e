/// Judges what Redis says about itself. Pure.
extension ServerFacts {
    var findings: [StartupFinding] {
        [versionFinding, evictionFinding, memoryFinding, persistenceFinding, clusterFinding] + settingFindings
    }

    private var versionFinding: StartupFinding {
        guard let version, let text = info["redis_version"] else {
            return StartupFinding("version", .warning, "Redis does not tell its version (INFO refused?); 7.0 or newer is needed")
        }
        let product = info["valkey_version"].map { "Valkey \($0), compatible with Redis \(text)" } ?? "Redis \(text)"
        return version.major >= 7
            ? StartupFinding("version", .ok, product)
            : StartupFinding("version", .failure, "\(product) is too old; 7.0 or newer is needed")
    }

    /// With eviction Redis would drop batches nobody has processed (DESIGN.md section 3 rule 3).
    private var evictionFinding: StartupFinding {
        switch info["maxmemory_policy"] {
        case "noeviction": StartupFinding("eviction", .ok, "maxmemory-policy is noeviction")
        case .some(let policy):
            StartupFinding("eviction", .failure, "maxmemory-policy is \(policy), which lets Redis drop data; set it to noeviction")
        case nil: StartupFinding("eviction", .warning, "cannot read maxmemory-policy (INFO refused?); it must be noeviction")
        }
    }

    private var memoryFinding: StartupFinding {
        switch info["maxmemory"].flatMap({ Int($0) }) {
        case 0: StartupFinding("maxmemory", .ok, "no maxmemory is set; ingest sheds load at the memory watermark configured here")
        case .some(let bytes): StartupFinding("maxmemory", .ok, "maxmemory is \(bytes >> 20) MiB")
        case nil: StartupFinding("maxmemory", .warning, "cannot read maxmemory (INFO refused?)")
        }
    }

    private var persistenceFinding: StartupFinding {
        if info["aof_enabled"] == "1" {
            if let state = info["aof_last_write_status"], state != "ok" {
                return StartupFinding("persistence", .warning, "the last write to the append-only file failed; see Redis' log")
            }
            return switch settings["appendfsync"] {
            case "no": StartupFinding("persistence", .warning, "append-only file without fsync (appendfsync no); set everysec or always")
            case "always": StartupFinding("persistence", .ok, "append-only file, appendfsync always")
            case .some(let value): StartupFinding("persistence", .ok, "append-only file, appendfsync \(value): a crash can lose about two seconds")
            case nil: StartupFinding("persistence", .ok, "append-only file")
            }
        }
        return switch settings["save"] {
        case "":
            StartupFinding("persistence", .warning, "neither append-only file nor snapshots: a restart of Redis loses everything; set appendonly yes")
        case .some: StartupFinding("persistence", .ok, "snapshots only: a crash loses what came since the last one; appendonly yes closes that")
        case nil: StartupFinding("persistence", .warning, "no append-only file, and snapshot settings cannot be read (CONFIG refused)")
        }
    }

    private var clusterFinding: StartupFinding {
        info["redis_mode"] == "cluster"
            ? StartupFinding("cluster", .warning, "Redis Cluster: this version talks to one node, which must serve all slots")
            : StartupFinding("cluster", .ok, "single server")
    }

    /// DESIGN.md section 6: a third less memory per session, no slower.
    private var settingFindings: [StartupFinding] {
        [("stream-node-max-bytes", "1024"), ("hash-max-listpack-value", "512")].map { name, wanted in
            switch settings[name] {
            case wanted: StartupFinding(name, .ok, "\(name) is \(wanted)")
            case .some(let value):
                StartupFinding(name, .warning, "\(name) is \(value); \(wanted) needs about a third less memory per session")
            case nil: StartupFinding(name, .warning, "cannot read \(name) (CONFIG refused); \(wanted) saves memory")
            }
        }
    }
}
