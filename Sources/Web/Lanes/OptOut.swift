import HTTPTypes
import Hummingbird

/// What a visitor may say against being recorded (spec 01 section 1.3, "Opt-out cookie" and "GPC").
struct OptOut: Sendable {
    /// nil when `user_opt_out` is off.
    let cookieName: String?
    let respectsGPC: Bool

    func applies(to fields: HTTPFields) -> Bool {
        if respectsGPC, fields[.secGPC] == "1" { return true }
        guard let cookieName else { return false }
        for header in fields[values: .cookie] {
            for pair in header.split(separator: ";") {
                guard let equals = pair.firstIndex(of: "=") else { continue }
                guard pair[..<equals].trimmingPrefix(while: { $0 == " " }) == cookieName else { continue }
                let value = pair[pair.index(after: equals)...]
                // Exactly these mean "not opted out"; `FALSE` opts out, as in the original.
                if !value.isEmpty, value != "0", value != "false" { return true }
            }
        }
        return false
    }
}
