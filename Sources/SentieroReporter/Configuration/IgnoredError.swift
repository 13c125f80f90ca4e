/// Errors that are not reported. A literal is a ``name(_:)``.
public struct IgnoredError: Sendable, ExpressibleByStringLiteral {
    let matches: @Sendable (any Error) -> Bool

    /// Errors of this type or of a class that inherits from it.
    public static func type<Failure: Error>(_ type: Failure.Type) -> IgnoredError { IgnoredError { $0 is Failure } }

    /// Errors whose type, or a class it inherits from, has this name, with or without module and the types around it, and with or without the
    /// case: `Declined`, `Payment.Declined`, `Shop.Payment.Declined`, `PaymentError.declined`, `HTTPError(502)`.
    public static func name(_ name: String) -> IgnoredError { IgnoredError { ErrorFacts.names($0).contains(name) } }

    /// Errors of which this is true.
    public static func matching(_ predicate: @escaping @Sendable (any Error) -> Bool) -> IgnoredError { IgnoredError(matches: predicate) }

    public init(stringLiteral name: String) { self = .name(name) }
    private init(matches: @escaping @Sendable (any Error) -> Bool) { self.matches = matches }
}
