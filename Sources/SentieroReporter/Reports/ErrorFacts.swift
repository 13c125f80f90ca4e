import Foundation

/// What an error is called. Which errors are one issue is decided by it and the frames, so it tells cases and codes apart, and holds no
/// values.
enum ErrorFacts {
    /// `Shop.PaymentError`, the case of an enumeration (`Shop.PaymentError.declined`), domain and code of an `NSError`
    /// (`NSError(NSCocoaErrorDomain, 4)`), or what the error says itself (``IssueKind``).
    static func className(_ error: any Error) -> String {
        let type = type(of: error)
        if type is NSError.Type {
            return "NSError(\(ReportLimits.cut(error._domain, to: 100)), \(error._code))"
        }
        return typeName(type) + kind(error)
    }

    /// What stands behind the type.
    private static func kind(_ error: any Error) -> String {
        if let kind = (error as? any IssueKind)?.issueKind { return "(\(ReportLimits.cut(kind, to: 100)))" }
        if let name = EnumCase.name(error) { return ".\(name)" }
        return (error as? any CustomNSError).map { "(\($0.errorCode))" } ?? ""
    }

    /// The type with its module. Where it is private or local the compiler adds an address, which differs from build to build and is left out.
    static func typeName(_ type: Any.Type) -> String {
        let name = String(reflecting: type)
        guard name.contains("(unknown context at ") else { return name }
        return name.replacing(/\(unknown context at [^)]*\)\.?/, with: "")
    }

    /// Names of the type and, of classes, of those it inherits from: with and without module and the types around it, and each with the
    /// case, kind or code as well.
    static func names(_ error: any Error) -> Set<String> {
        var names: Set<String> = []
        var type: Any.Type? = type(of: error)
        while let current = type {
            let whole = typeName(current)
            names.formUnion([whole, String(whole.drop { $0 != "." }.dropFirst()), String(describing: current)])
            type = (current as? AnyClass).flatMap { _getSuperclass($0) }
        }
        names.remove("")
        let kind = kind(error)
        return names.union(names.map { $0 + kind }).union([className(error)])
    }
}

/// The name of an enumeration's case.
enum EnumCase {
    static func name(_ value: Any) -> String? {
        guard Mirror(reflecting: value).displayStyle == .enum else { return nil }
        return opened(value)
    }

    private static func opened<Value>(_ value: Value) -> String? { runtimeCaseName(value).map { String(cString: $0) } }
}

/// What the standard library asks itself to print a case; a `description` of the type's own does not matter to it.
@_silgen_name("swift_EnumCaseName")
private func runtimeCaseName<Value>(_ value: Value) -> UnsafePointer<CChar>?
