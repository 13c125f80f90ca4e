import Web

/// A setting after its text was understood.
enum OptionValue: Sendable, Equatable {
    case text(String)
    case flag(Bool)
    case integer(Int)
    case fraction(Double)
    case list([String])
    case keys([Projects.Key])
    case mapping([String: String])
    case object([String: JSONValue])
}

/// Where the value in force came from.
enum OptionSource: String, Sendable {
    case environment, file, standard = "default"
}
