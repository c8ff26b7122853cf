/// Reads one target from left to right. Slices of the text keep its indices, so that every error
/// can point at its character.
struct TargetReader {
  let text: String
  let namespace: String?
  let defaultPort: UInt16

  init(_ text: String, namespace: String? = nil, defaultPort: UInt16 = 443) {
    self.text = text
    self.namespace = namespace
    self.defaultPort = defaultPort
  }

  func target() throws(TargetError) -> Target {
    guard !text.isEmpty else {
      throw failure(
        at: text.startIndex, "the target is empty", expected: "a host name",
        example: "mygrpc:50051")
    }
    try refuseControlCharacters()
    // Before schemes: every group of an IPv6 address could be one.
    if IPAddress(text) != nil { return try dns(authority: nil, endpoint: text[...]) }
    for prefix in ["svc/", "service/", "services/"] where text.hasPrefix(prefix) {
      return try service(text.dropFirst(prefix.count))
    }
    guard let colon = text.firstIndex(of: ":"), isSchemeName(text[..<colon]) else {
      return try dns(authority: nil, endpoint: text[...])
    }
    let name = text[..<colon].lowercased()
    let rest = text[text.index(after: colon)...]
    guard let scheme = Target.Scheme(rawValue: name) else {
      if let reason = Self.unpredictable[name] {
        throw failure(
          at: text.startIndex, reason, expected: schemes, example: "dns:///mygrpc:50051")
      }
      guard rest.hasPrefix("//") else { return try dns(authority: nil, endpoint: text[...]) }
      let endpoint = rest.drop { $0 == "/" }
      throw failure(
        at: text.startIndex,
        "gRPC clients have no scheme '\(name)': grpc-go would ask DNS for the whole text and fail",
        expected: schemes,
        example: "dns:///\(isPrintable(endpoint) && !endpoint.isEmpty ? endpoint : "mygrpc:50051")")
    }
    return try target(scheme, rest)
  }

  private func target(
    _ scheme: Target.Scheme, _ rest: Substring
  ) throws(TargetError) -> Target {
    var authority: Substring?
    var endpoint = rest
    if rest.hasPrefix("//") {
      let after = rest.dropFirst(2)
      let slash = after.firstIndex(of: "/") ?? after.endIndex
      authority = slash == after.startIndex ? nil : after[..<slash]
      endpoint = after[slash...]
    }
    if scheme == .unix { return try unix(authority: authority, path: endpoint) }
    if endpoint.first == "/" { endpoint = endpoint.dropFirst() }
    switch scheme {
    case .dns: return try dns(authority: authority, endpoint: endpoint)
    case .kubernetes: return try kubernetes(authority: authority, endpoint: endpoint)
    default: return try fixed(scheme, authority: authority, endpoint: endpoint)
    }
  }

  /// Schemes that gRPC clients know and that say nothing lbcheck could look up.
  private static let unpredictable = [
    "xds": "xds: lbcheck cannot predict it from DNS or Kubernetes: a control plane decides",
    "unix-abstract": "unix-abstract: lbcheck does not support abstract sockets",
  ]

  private var schemes: String {
    let names = Target.Scheme.allCases.map { "\($0.rawValue):" }
    return "no scheme, or one of \(names.joined(separator: " "))"
  }
}

extension TargetReader {
  func failure(
    at index: String.Index, _ problem: String, expected: String, example: String
  ) -> TargetError {
    TargetError(
      target: text,
      offset: text.unicodeScalars.distance(from: text.startIndex, to: index),
      problem: problem, expected: expected, example: example)
  }

  private func refuseControlCharacters() throws(TargetError) {
    let view = text.unicodeScalars
    let index = view.firstIndex { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    guard let index else { return }
    throw failure(
      at: index, "the target holds a control character (\(TargetError.escaped(view[index])))",
      expected: "a printable character", example: "mygrpc:50051")
  }

  /// RFC 3986 §3.1.
  private func isSchemeName(_ name: Substring) -> Bool {
    guard let first = name.unicodeScalars.first, first.properties.isAlphabetic else { return false }
    return name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
  }

  private func isPrintable(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
