import Foundation
import Testing

@testable import SentieroReporter

@Suite struct FilterTests {
    /// Substrings of the original's list hit the second half by accident.
    @Test(
        "Keys that are filtered",
        arguments: [
            "password", "Password", "PASSWORD", "userPassword", "user_password", "user-password", "password2", "passwords", "api_key", "apiKey",
            "apikey", "API-KEY", "stripeAPIKey", "x.api.key", "accessToken", "access_token", "token", "csrfToken", "tokens", "Authorization",
            "HTTP_AUTHORIZATION", "secret", "client_secret", "privateKey", "creditCard", "card_number", "cardNumber", "cvv", "cvv2", "ssn", "pwd",
            "otp_code", "code", "key", "Key", "sig", "signature", "auth", "session", "sessionid", "sessionID", "id_token", "set-cookie",
            "userpassword", "newpassword", "passwordconfirmation", "userpasswords", "userpasswd", "authtoken", "csrftoken", "clientsecret",
            "encryption_key", "signing_key", "signingKey", "aws_access_key_id", "ssh_key", "basic_auth", "basicAuth", "X-Auth", "oauth_code",
            "user_session_id", "userSessionId", "PHPSESSID", "JSESSIONID", "stripeapikey", "password1", "OAuth2Token", "api_keys",
        ])
    func filtered(key: String) { #expect(KeyFilter(FilterKey.standard).hides(key)) }

    @Test(
        "Keys that are not",
        arguments: [
            "postcode", "monkey", "design", "author", "authors", "status_code", "statusCode", "keyboard", "turkey", "assign", "signal", "secretary",
            "tokenizer", "passage", "classname", "session_count", "promo_code", "sortKey", "key_id", "authenticated", "zip_code", "", "_", "42",
            "compass", "wordpress", "cvvv", "lesson", "ssnake", "max_tokens", "token_count", "maxTokens", "sessions_count",
        ])
    func leftAlone(key: String) { #expect(!KeyFilter(FilterKey.standard).hides(key)) }

    @Test("Names and expressions of one's own")
    func own() throws {
        let filter = KeyFilter(["iban", .wholeKey("Ref"), .pattern(/^x-internal-\d+$/), .pattern(/(?i)geheim/), "42"])
        for key in ["iban", "userIban", "IBAN", "ref", "x-internal-42", "istGeheimnis", "42"] { #expect(filter.hides(key), "\(key)") }
        for key in ["ibanez", "ref_id", "x-internal-", "password", "43"] { #expect(!filter.hides(key), "\(key)") }
    }

    @Test("Digits of a name count, and names of many words are found in any style")
    func numbersAndLongNames() {
        let filter = KeyFilter(["address2", "one_two_three_four_five", "sixseveneightnineten", "birthdate"])
        for key in [
            "address2", "address_2", "homeAddress2", "oneTwoThreeFourFive", "ONE-TWO-THREE-FOUR-FIVE", "onetwothreefourfive",
            "x_one_two_three_four_five",
            "six_seven_eight_nine_ten", "userbirthdate", "birthdates",
        ] { #expect(filter.hides(key), "\(key)") }
        for key in ["address", "home_address", "address1", "address23", "one_two_three_four", "birth"] { #expect(!filter.hides(key), "\(key)") }
    }

    @Test("Expressions are asked from many threads")
    func concurrently() async {
        let filter = KeyFilter([.pattern(/(a+)b/)])
        await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 { group.addTask { filter.hides(index % 2 == 0 ? "xaab" : "xaa") == (index % 2 == 0) } }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test(
        "Words of a key",
        arguments: [
            ("userAPIKey_2", ["user", "api", "key", "2"]), ("XMLHTTPRequest", ["xmlhttp", "request"]), ("a", ["a"]), ("", []), ("__", []),
            ("ÄpfelUndBirnen", ["äpfel", "und", "birnen"]), ("A1B2", ["a", "1", "b", "2"]),
        ])
    func words(key: String, words: [String]) { #expect(KeyFilter.words(key) == words) }

    private struct Vector: Decodable {
        let name: String
        let kind: String
        let settings: [String: ReportValue]?
        let input: ReportValue
        let output: ReportValue
    }

    @Test("01-71: texts are redacted as the server does it, by the vectors both share")
    func vectors() throws {
        let file = TestFiles.root.appendingPathComponent("Tests/IngestTests/Fixtures/redaction-vectors.json")
        let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file)).filter { $0.kind == "text" && $0.settings == nil }
        #expect(vectors.count >= 40)
        for vector in vectors {
            let input = try #require(vector.input.text)
            #expect(TextRedaction.redacted(input) == vector.output.text, "\(vector.name)")
        }
    }

    @Test("Hostile texts take no time")
    func linear() {
        let texts = ["a@", "eyJ", "1 ", "4-", "0123456789abcdef", "http://", "https://x?", "a.a@a.", "@a.", "J."]
        let start = ContinuousClock.now
        for text in texts { _ = TextRedaction.redacted(String(repeating: text, count: 200_000 / text.count)) }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("Text is left alone when asked to be")
    func switchedOff() {
        let (reporter, transport) = kept { $0.redactsText = false }
        reporter.notify(PaymentError(description: "a@b.co"), context: ["password": "x", "mail": "a@b.co"])
        #expect(transport.deliveries.first?.payload["message"] == "a@b.co")
        #expect(transport.deliveries.first?.payload["context"] == ["password": "[FILTERED]", "mail": "a@b.co"])
    }
}
