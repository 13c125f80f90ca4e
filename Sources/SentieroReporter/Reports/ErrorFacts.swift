import Foundation

/// What an error says of itself.
enum ErrorFacts {
    /// `Shop.PaymentError`: the type with its module. Where it is private or local the compiler adds an address, which differs from
    /// build to build and is left out.
    static func className(_ error: any Error) -> String { className(type(of: error)) }

    static func className(_ type: Any.Type) -> String {
        let name = String(reflecting: type)
        guard name.contains("(unknown context at ") else { return name }
        return name.replacing(/\(unknown context at [^)]*\)\.?/, with: "")
    }

    /// What a `LocalizedError` says, else the error's description.
    static func message(_ error: any Error) -> String {
        if let text = (error as? any LocalizedError)?.errorDescription, !text.isEmpty { return text }
        return String(describing: error)
    }

    /// Names of the type and, of classes, of those it inherits from; with and without module.
    static func names(_ error: any Error) -> Set<String> {
        var names: Set<String> = []
        var type: Any.Type? = type(of: error)
        while let current = type {
            names.formUnion([className(current), String(describing: current)])
            type = (current as? AnyClass).flatMap { class_getSuperclass($0) }
        }
        return names
    }

    private static func class_getSuperclass(_ type: AnyClass) -> Any.Type? { _getSuperclass(type) }
}
