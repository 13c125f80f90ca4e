import Testing

/// Arrows go down only (docs/architecture.md): what each module of ours may import of the others.
@Suite struct DependencyDirectionTests {
    static let allowed: [String: Set<String>] = [
        "CHiredis": [],
        "CZlib": [],
        "EmbedFiles": [],
        "Ingest": ["CZlib"],
        "Analytics": ["Ingest"],
        "RedisStore": ["CHiredis", "Analytics", "Ingest"],
        "Worker": ["RedisStore", "Analytics", "Ingest"],
        "Web": ["RedisStore", "Analytics", "Ingest"],
        "Sentiero": ["Web", "Worker", "RedisStore", "Analytics", "Ingest", "SentieroReporter", "SentieroHummingbird"],
        "SentieroReporter": ["CZlib"],
        "SentieroHummingbird": ["SentieroReporter"],
    ]

    /// Modules that do input or output, or know the time of day: not for the pure ones. Foundation's networking is a module of its own on Linux.
    static let impure: Set<String> = [
        "FoundationNetworking", "Dispatch", "Glibc", "Darwin", "NIOCore", "NIOPosix", "NIO", "Hummingbird", "HummingbirdCore", "AsyncHTTPClient",
        "Logging", "ServiceLifecycle", "Network",
    ]

    static func sources() throws -> [Repository.File] { try Repository.files(in: "Sources", endingWith: ".swift") }

    /// `import X`, `public import X`, `@preconcurrency internal import struct X.Y`.
    static func imports(of file: Repository.File) -> [String] {
        file.lines.compactMap { line in
            guard
                let match = line.firstMatch(
                    of:
                        /^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|typealias|var|let)\s+)?(\w+)/
                )
            else { return nil }
            return String(match.1)
        }
    }

    @Test func everyModuleIsListed() throws {
        let files = try Self.sources()
        #expect(files.count > 50, "the sources were not found")
        #expect(Set(files.map(\.module)).subtracting(Self.allowed.keys).isEmpty)
    }

    @Test func modulesImportOnlyWhatIsBelowThem() throws {
        for file in try Self.sources() {
            let ours = Set(Self.imports(of: file)).intersection(Self.allowed.keys)
            let wrong = ours.subtracting(Self.allowed[file.module] ?? [])
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong.sorted())")
        }
    }

    @Test func pureModulesDoNoInputOrOutput() throws {
        for file in try Self.sources() where ["Ingest", "Analytics"].contains(file.module) {
            let wrong = Set(Self.imports(of: file)).intersection(Self.impure)
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong.sorted())")
        }
    }

    /// Times come in as arguments, so that the same input always gives the same result.
    @Test func pureModulesHaveNoClock() throws {
        for file in try Self.sources() where ["Ingest", "Analytics"].contains(file.module) {
            for clock in ["Date()", "Date.now", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday"] {
                #expect(!file.text.contains(clock), "\(file.path) reads \(clock)")
            }
        }
    }

    @Test func noGenericJSONTreeOnTheHotPath() throws {
        for file in try Self.sources() where ["Ingest", "Analytics", "RedisStore", "Worker"].contains(file.module) {
            #expect(!file.text.contains("JSONSerialization"), "\(file.path)")
        }
    }

    @Test(arguments: [
        ("import Web", "Web"), ("public import RedisStore", "RedisStore"), ("@preconcurrency internal import struct Ingest.Envelope", "Ingest"),
        ("    import Worker", "Worker"),
    ])
    func importsAreFound(line: String, module: String) {
        #expect(Self.imports(of: Repository.File(path: "Sources/X/X.swift", text: line)) == [module])
    }
}
