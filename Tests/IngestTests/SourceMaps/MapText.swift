/// Builds maps for tests.
enum MapText {
    static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func vlq(_ number: Int) -> String {
        var rest = number < 0 ? -number << 1 | 1 : number << 1
        var text = ""
        repeat {
            let digit = rest & 31
            rest >>= 5
            text.append(digits[rest > 0 ? digit | 32 : digit])
        } while rest > 0
        return text
    }

    /// Lines of segments with absolute numbers: column, then source, line, column, then name.
    static func mappings(_ lines: [[[Int]]]) -> String {
        var before = [0, 0, 0, 0, 0]
        return lines.map { line in
            before[0] = 0
            return line.map { segment in
                segment.enumerated().map { index, value in
                    defer { before[index] = value }
                    return vlq(value - before[index])
                }.joined()
            }.joined(separator: ",")
        }.joined(separator: ";")
    }

    static func map(_ mappings: String, sources: String = #"["a.js"]"#, names: String = "[]", more: String = "") -> [UInt8] {
        Array(#"{"version":3,"sources":\#(sources),"names":\#(names),"mappings":"\#(mappings)"\#(more)}"#.utf8)
    }

    /// What esbuild 0.17 made of the two files below with `--bundle --minify --sourcemap`; the script is one line.
    static let built = #"""
        {
          "version": 3,
          "sources": ["src/cart.js", "src/shop.js"],
          "sourcesContent": ["// Adds up what is in the cart.\nexport function cartTotal(items) {\n  return items.reduce((sum, item) => sum + priceOf(item), 0);\n}\n\nfunction priceOf(item) {\n  if (item.price === undefined) {\n    throw new Error(`no price for ${item.name}`);\n  }\n  return item.price * item.count;\n}\n", "import { cartTotal } from \"./cart.js\";\n\nexport function checkout() {\n  const cart = [{ name: \"tea\", price: 3, count: 2 }, { name: \"cup\", count: 1 }];\n  return cartTotal(cart);\n}\n\ndocument.querySelector(\"#pay\").addEventListener(\"click\", () => checkout());\n"],
          "mappings": "MACO,SAASA,EAAUC,EAAO,CAC/B,OAAOA,EAAM,OAAO,CAACC,EAAKC,IAASD,EAAME,EAAQD,CAAI,EAAG,CAAC,CAC3D,CAEA,SAASC,EAAQD,EAAM,CACrB,GAAIA,EAAK,QAAU,OACjB,MAAM,IAAI,MAAM,gBAAgBA,EAAK,MAAM,EAE7C,OAAOA,EAAK,MAAQA,EAAK,KAC3B,CCRO,SAASE,GAAW,CAEzB,OAAOC,EADM,CAAC,CAAE,KAAM,MAAO,MAAO,EAAG,MAAO,CAAE,EAAG,CAAE,KAAM,MAAO,MAAO,CAAE,CAAC,CACvD,CACvB,CAEA,SAAS,cAAc,MAAM,EAAE,iBAAiB,QAAS,IAAMD,EAAS,CAAC",
          "names": ["cartTotal", "items", "sum", "item", "priceOf", "checkout", "cartTotal"]
        }
        """#

    static let builtScript = #"""
        (()=>{function c(r){return r.reduce((e,n)=>e+t(n),0)}function t(r){if(r.price===void 0)throw new Error(`no price for ${r.name}`);return r.price*r.count}function o(){return c([{name:"tea",price:3,count:2},{name:"cup",count:1}])}document.querySelector("#pay").addEventListener("click",()=>o());})();
        """#
}
