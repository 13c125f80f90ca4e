/// One of the links above pages that belong together.
struct PageTab: Sendable {
    let title: String
    let url: String
    let isCurrent: Bool

    /// What an empty page says of the tab beside it that is not.
    struct Sibling: Sendable {
        let text: String
        let url: String
    }
}
