/// Which frames are not the application's: those of its libraries, of the language itself, or of nobody who is named.
enum LibraryFrames {
    /// In a path. What tells a library on one platform is a folder of the application on another.
    private static let paths: [String: [StaticString]] = [
        "javascript": ["node_modules/", "webpack/", "bower_components/"],
        "ruby": ["/gems/", "/lib/ruby/", "/rubygems/", "/bundler/", "/vendor/bundle/"],
        "crystal": ["/crystal/", "/shards/"],
        "swift": ["/checkouts/", "/swift/stdlib/", "/swift-corelibs-", "/usr/", "/Library/Developer/", "<compiler-generated>"],
        "python": ["site-packages/", "dist-packages/", "/lib/python", "<frozen "],
        "go": ["/pkg/mod/", "/usr/local/go/src/", "/vendor/", "/go/src/runtime/", "/libexec/src/"],
    ]

    /// At the beginning of a path.
    private static let beginnings: [String: [StaticString]] = [
        "javascript": ["node:", "internal/", "native "],
        "ruby": ["<internal:"],
        "crystal": ["lib/", "/usr/", "???"],
        "python": ["<"],
    ]

    /// At the beginning of a function's full name.
    private static let packages: [String: [StaticString]] = [
        "jvm": [
            "java.", "javax.", "jdk.", "sun.", "com.sun.", "jakarta.", "kotlin.", "kotlinx.", "scala.", "groovy.", "clojure.", "android.",
            "androidx.", "org.springframework.", "org.apache.", "org.eclipse.jetty.", "org.hibernate.", "org.junit.", "io.netty.",
            "io.undertow.", "com.google.common.", "reactor.core.",
        ],
        "go": ["runtime.", "net/http.", "reflect.", "testing.", "syscall."],
    ]

    /// Binaries of the system, besides those whose name says that they are libraries.
    private static let modules: Set<String> = [
        "Foundation", "CoreFoundation", "UIKit", "UIKitCore", "AppKit", "SwiftUI", "SwiftUICore", "dyld", "???",
    ]

    private static let everywhere: [StaticString] = ["node_modules/", "site-packages/", "/gems/", "/vendor/", "/.build/checkouts/"]

    static func isApplication(file: String?, function: String?, parts: FrameParts, platform: String?) -> Bool {
        let platform = platform ?? ""
        if let module = parts.module {
            let isShared = module.contains(".so") || module.contains(".dylib")
            if isShared && (module.begins(with: "lib") || module.begins(with: "ld-")) || modules.contains(module.text) { return false }
        }
        if let function = parts.function, packages[platform]?.contains(where: function.begins) == true { return false }
        // The virtual machine and macOS know functions where they know no file.
        guard let path = parts.file, file != nil else { return function != nil && (platform == "jvm" || parts.module != nil) }
        if beginnings[platform]?.contains(where: path.begins) == true { return false }
        return !(paths[platform] ?? everywhere).contains(where: path.contains)
    }
}
