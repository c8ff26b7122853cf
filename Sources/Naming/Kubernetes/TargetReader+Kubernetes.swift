extension TargetReader {
  /// Every form that kuberesolver reads:
  /// `kubernetes:///svc[.ns[.svc.zone]][:port]`, `kubernetes://ns/svc[:port]` and
  /// `kubernetes://svc[.ns[.svc.zone]][:port]/`, where Go's URL reader takes numeric ports only.
  func kubernetes(authority: Substring?, endpoint: Substring) throws(TargetError) -> Target {
    let example = "kubernetes:///mygrpc.default:50051"
    guard let authority else { return try service(endpoint, mayHaveDots: true, example: example) }
    guard !endpoint.isEmpty else {
      if let colon = authority.firstIndex(of: ":") {
        _ = try port(authority[authority.index(after: colon)...], example: example)
      }
      return try service(authority, mayHaveDots: true, example: example)
    }
    if let colon = authority.firstIndex(of: ":") {
      throw failure(
        at: colon, "a namespace has no port", expected: "'/' and a Service",
        example: "kubernetes://default/mygrpc:50051")
    }
    let namespace = try kubernetesName(authority, "namespace", example: example)
    return try service(endpoint, in: namespace, mayHaveDots: true, example: example)
  }

  /// `NAME[:port]` of `svc/NAME[:port]`, as a kubectl user types it.
  func service(_ slice: Substring) throws(TargetError) -> Target {
    try service(slice, mayHaveDots: false, example: "svc/mygrpc:50051")
  }

  private func service(
    _ slice: Substring, in givenNamespace: String? = nil, mayHaveDots: Bool, example: String
  ) throws(TargetError) -> Target {
    let colon = slice.firstIndex(of: ":")
    let name = slice[..<(colon ?? slice.endIndex)]
    var parts = [name]
    if mayHaveDots {
      // The third part (`svc.cluster.local`) is not looked at: the API asks by name and namespace.
      parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    } else if let dot = name.firstIndex(of: ".") {
      throw failure(
        at: dot, "a Service name has no dots; -n NAMESPACE gives the namespace",
        expected: "a lower-case letter, a digit or '-'",
        example: "kubernetes:///mygrpc.default:50051")
    }
    let service = try kubernetesName(parts[0], "Service name", example: example)
    let dotted = parts.count > 1 ? try kubernetesName(parts[1], "namespace", example: example) : nil
    if parts.count > 2 { _ = try hostName(parts[2], example: example) }
    let namespace = givenNamespace ?? dotted ?? self.namespace
    let port = try colon.map { index throws(TargetError) in
      try servicePort(slice[slice.index(after: index)...], example: example)
    }
    return Target(
      given: text, scheme: .kubernetes,
      kind: .kubernetes(
        ServiceReference(service: service, namespace: namespace, port: port ?? .first)),
      authority: "\(service).\(namespace ?? "default")")
  }

  private func servicePort(
    _ slice: Substring, example: String
  ) throws(TargetError) -> ServiceReference.Port {
    let isNumber = slice.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    if isNumber { return .number(try port(slice, example: example)) }
    return .name(try kubernetesName(slice, "port name", example: example))
  }
}
