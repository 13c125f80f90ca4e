@testable import Ingest
import Testing

@Suite struct MetadataUsersTests {
    @Test(
        "the user is the raw value: texts unescaped, numbers as written; anything else names nobody",
        arguments: [
            (#"{"userId":"user-42","plan":"pro"}"#, ["user-42"]), (#"{"userId":42}"#, ["42"]), (#"{"userId":-1.50e3}"#, ["-1.50e3"]),
            (#"{"userId":"a@b.example"}"#, ["a@b.example"]), (#"{"\u0075serId":"\u00e9\n"}"#, ["é\n"]),
            (#"{"userId":"a","userId":"b","userId":"a"}"#, ["a", "b"]), (#"{"userId":" "}"#, []), (#"{"userId":null}"#, []),
            (#"{"userId":true}"#, []),
            (#"{"userId":{"id":1}}"#, []), (#"{"userId":["a"]}"#, []), (#"{"user":{"userId":"a"}}"#, []), (#"{"userid":"a"}"#, []),
            (#""userId""#, []),
            (#"{"userId":"a","x":}"#, ["a"]), ("{}", []),
        ])
    func values(json: String, expected: [String]) {
        #expect(Array(json.utf8).withUnsafeBytes { MetadataUsers.values(of: "userId", in: $0) } == expected)
    }

    @Test("without a key nobody is named; of endless names as many as are kept")
    func bounds() {
        let many = "{" + (0..<100).map { #""userId":"u\#($0)""# }.joined(separator: ",") + "}"
        #expect(Array(many.utf8).withUnsafeBytes { MetadataUsers.values(of: "userId", in: $0) }.count == 32)
        #expect(Array(many.utf8).withUnsafeBytes { MetadataUsers.values(of: "", in: $0) }.isEmpty)
    }

    @Test("redaction changes what is stored, not who it is")
    func redacted() {
        let json = Array(#"{"userId":"jane@shop.example"}"#.utf8)
        let metadata = json.withUnsafeBytes { Redactor(settings: .standard).metadata($0, userKey: "userId") }
        #expect(metadata.users == ["jane@shop.example"])
        #expect(!String(decoding: metadata.entries.flatMap(\.value), as: UTF8.self).contains("jane"))
    }
}
