private import FoundationEssentials

/// Where the next page of a list begins: what is in its `metadata.continue`, in the encoding of the
/// real API server.
struct ContinueToken: Hashable, Sendable {
  /// The version that every page shows; nil takes the latest (a token that expired is replaced by
  /// such a one).
  let version: Int?
  /// The last object of the pages so far.
  let last: ObjectKey

  init(version: Int?, last: ObjectKey) {
    self.version = version
    self.last = last
  }

  /// - Parameter namespace: of the list; keys in tokens are relative to it.
  init(_ text: String, namespace: String?) throws(StatusObject) {
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }) + padding
    guard let data = Data(base64Encoded: standard), let json = try? JSONReader.value(of: data),
      json["v"] == "meta.k8s.io/v1", case .number(let digits) = json["rv"],
      let version = Int(digits), let start = json["start"]?.text, start.hasSuffix("\0")
    else { throw .badRequest("continue key is not valid: \(text)") }
    self.version = version < 0 ? nil : version
    let parts = start.dropLast().split(separator: "/")
    guard let name = parts.last, let space = namespace ?? parts.first.map(String.init) else {
      throw .badRequest("continue key is not valid: \(text)")
    }
    last = ObjectKey(namespace: space, name: String(name))
  }

  /// With the namespace always in front, which tokens of lists in one namespace may omit.
  var text: String {
    let json: JSONValue = [
      "v": "meta.k8s.io/v1", "rv": .integer(version ?? -1),
      "start": .string("\(last.namespace)/\(last.name)\0"),
    ]
    let standard = Data(json.description.utf8).base64EncodedString()
    return String(
      standard.compactMap { character -> Character? in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }
}
