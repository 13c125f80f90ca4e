/// What the demo shop sells (`frontend/demo/products.json`).
struct ShopCatalogue: Sendable {
    let products: [ShopProduct]

    var categories: [String] {
        products.reduce(into: []) { if !$0.contains($1.category) { $0.append($1.category) } }
    }

    func product(_ id: String) -> ShopProduct? { products.first { $0.id == id } }

    func related(to product: ShopProduct) -> [ShopProduct] {
        Array(
            (products.filter { $0.category == product.category && $0.id != product.id } + products.filter { $0.category != product.category }).prefix(
                3))
    }
}

struct ShopProduct: Codable, Sendable {
    let id: String
    let name: String
    let category: String
    let price: Int
    let line: String
    let story: String
    let facts: [String]
    /// Inline SVG shapes in a 120 by 120 box.
    let shape: String
    /// Hue of the picture's sky, 0 to 360.
    let hue: Int
}
