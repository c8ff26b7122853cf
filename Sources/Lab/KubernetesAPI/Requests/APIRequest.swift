/// A request as far as the API server looks at it.
struct APIRequest: Hashable, Sendable {
  let method: String
  /// Path and query as they came.
  let target: String
  let path: String
  private let query: [String: String]
  /// By lower-case name; several of one name are joined by commas.
  private let headers: [String: String]
  let body: [UInt8]

  init(
    method: String, target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = Self.decoded(parts.first ?? "", plusIsSpace: false)
    var query: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.count > 1 ? Self.decoded(sides[1], plusIsSpace: true) : ""
      // As Go does, which takes the first.
      let name = Self.decoded(sides[0], plusIsSpace: true)
      if query[name] == nil { query[name] = value }
    }
    self.query = query
    self.headers = Dictionary(
      headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { "\($0),\($1)" })
    self.body = body
  }

  /// A parameter of the query; nil where it is absent or empty.
  func parameter(_ name: String) -> String? {
    query[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func isSet(_ name: String) -> Bool {
    ["1", "t", "true"].contains(parameter(name)?.lowercased())
  }

  var authorization: String? { headers["authorization"] }
  var impersonatedUser: String? { headers["impersonate-user"] }
  var impersonatedGroups: [String] {
    headers["impersonate-group"]?.split(separator: ",").map(String.init) ?? []
  }

  /// The body, which is taken to be JSON where nothing is said.
  func object(_ kind: ReviewKind) throws(StatusObject) -> JSONValue {
    let type = MediaType(headers["content-type"] ?? "application/json")
    do {
      if type.isJSON { return body.isEmpty ? [:] : try JSONReader.value(of: body) }
    } catch {
      throw .badRequest("the object provided is unrecognized: malformed JSON at \(error.offset)")
    }
    guard type.type == "application/vnd.kubernetes.protobuf" else { throw .unsupportedMediaType }
    guard let posted = ProtobufReview.value(of: body, kind) else {
      throw .badRequest("the object provided is unrecognized: malformed protobuf")
    }
    return posted
  }

  /// The media types of `Accept` in order.
  var accepted: [MediaType] {
    (headers["accept"] ?? "*/*").split(separator: ",").map { MediaType($0) }
  }

  private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// `application/json;as=Table;v=v1;g=meta.k8s.io`, taken apart.
struct MediaType: Hashable, Sendable {
  let type: String
  private let parameters: [String: String]

  init(_ text: some StringProtocol) {
    let parts = text.split(separator: ";").map { part in String(part.filter { !$0.isWhitespace }) }
    type = parts.first.map { $0.lowercased() } ?? ""
    parameters = Dictionary(
      parts.dropFirst().map { part in
        let sides = part.split(separator: "=", maxSplits: 1)
        return (String(sides.first ?? ""), String(sides.dropFirst().first ?? ""))
      }, uniquingKeysWith: { first, _ in first })
  }

  subscript(_ parameter: String) -> String? { parameters[parameter] }

  var isJSON: Bool { ["application/json", "application/*", "*/*"].contains(type) }
}

/// What a path of the API names, as the real server's RequestInfo has it.
struct ResourcePath: Hashable, Sendable {
  let group: String
  let version: String
  let namespace: String?
  let resource: String
  let name: String?
  let subresource: String?
  /// The deprecated `/watch/` in front.
  let isWatch: Bool

  /// Nil for paths that are no resources.
  init?(_ path: String) {
    var parts = path.split(separator: "/").map(String.init)[...]
    switch parts.popFirst() {
    case "api": group = ""
    case "apis":
      guard let name = parts.popFirst() else { return nil }
      group = name
    default: return nil
    }
    guard let version = parts.popFirst(), !parts.isEmpty else { return nil }
    self.version = version
    isWatch = parts.first == "watch"
    if isWatch { parts.removeFirst() }
    if parts.first == "namespaces", parts.count > 2 {
      namespace = parts.dropFirst().first
      parts = parts.dropFirst(2)
    } else {
      namespace = nil
    }
    guard let resource = parts.popFirst() else { return nil }
    self.resource = resource
    name = parts.popFirst()
    subresource = parts.popFirst()
  }

  /// The kind that is served there.
  var kind: KubernetesKind? {
    guard version == ResourceType.version, subresource == nil else { return nil }
    return KubernetesKind.allCases.first {
      $0.resource.group == group && $0.resource.plural == resource
    }
  }

  var review: ReviewKind? {
    guard version == ResourceType.version, name == nil else { return nil }
    return ReviewKind.allCases.first {
      $0.resource.group == group && $0.resource.plural == resource
    }
  }
}
