/// A value of JSON, for contexts and payloads: `["order": .int(order.id), "plan": "pro", "tags": ["a", "b"]]`.
public enum ReportValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    /// What is not finite is sent as `null`.
    case double(Double)
    case string(String)
    case array([ReportValue])
    case object([String: ReportValue])

    /// The text of a `string`.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The member of an `object`.
    public subscript(name: String) -> ReportValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }
}

extension ReportValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
}

extension ReportValue: ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: ReportValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, ReportValue)...) { self = .object(Dictionary(elements) { $1 }) }
}

extension ReportValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self =
            if container.decodeNil() {
                .null
            } else if let value = try? container.decode(Bool.self) {
                .bool(value)
            } else if let value = try? container.decode(Int.self) {
                .int(value)
            } else if let value = try? container.decode(Double.self) {
                .double(value)
            } else if let value = try? container.decode(String.self) {
                .string(value)
            } else if let value = try? container.decode([ReportValue].self) {
                .array(value)
            } else {
                .object(try container.decode([String: ReportValue].self))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value) where value.isFinite: try container.encode(value)
        case .double: try container.encodeNil()
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
