import HTTPTypes

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("not a header name: \(name)") }
        return field
    }

    static let xForwardedFor = known("x-forwarded-for")
    static let xForwardedProto = known("x-forwarded-proto")
    static let secGPC = known("sec-gpc")
    static let secFetchSite = known("sec-fetch-site")
}
