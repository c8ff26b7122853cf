extension TargetReader {
  /// `[dns:[//SERVER]/]host[:port]`.
  func dns(authority: Substring?, endpoint: Substring) throws(TargetError) -> Target {
    var server: NameServer?
    if let authority {
      server = try nameServer(authority, example: "dns://10.96.0.10:53/mygrpc:50051")
      if endpoint.isEmpty {
        throw failure(
          at: text.endIndex,
          "the host is missing: after 'dns://' stands a DNS server, the host follows the next '/'",
          expected: "'/' and a host name", example: "dns:///\(authority)")
      }
    }
    let isBare = endpoint.startIndex == text.startIndex
    let (host, port) = try hostPort(endpoint, example: "\(isBare ? "" : "dns:///")mygrpc:50051")
    return Target(
      given: text, scheme: .dns, nameServer: server,
      kind: .dns(host: host, port: port ?? defaultPort),
      authority: requestAuthority(endpoint))
  }

  /// grpc-go sends `localhost::1` for a bare `::1`, which no server can want; brackets it is.
  private func requestAuthority(_ endpoint: Substring) -> String {
    if let address = IPAddress(endpoint), !address.isV4 { return "[\(endpoint)]" }
    return endpoint.first == ":" ? "localhost\(endpoint)" : String(endpoint)
  }

  /// `unix:PATH` (relative or absolute) or `unix:///PATH`.
  func unix(authority: Substring?, path: Substring) throws(TargetError) -> Target {
    if let authority {
      throw failure(
        at: authority.startIndex, "a Unix socket has no host",
        expected: "'/' of an absolute path", example: "unix:///run/mygrpc.sock")
    }
    guard !path.isEmpty, path != "/" else {
      throw failure(
        at: text.endIndex, "the path is missing", expected: "the path of a socket",
        example: "unix:///run/mygrpc.sock")
    }
    // sockaddr_un holds 108 bytes with the terminating zero (unix(7)).
    if path.utf8.count > 107 {
      throw failure(
        at: path.utf8.index(path.startIndex, offsetBy: 107),
        "the path of a Unix socket is longer than 107 bytes", expected: "its end",
        example: "unix:///run/mygrpc.sock")
    }
    return Target(
      given: text, scheme: .unix, kind: .fixed([.unix(path: String(path))]), authority: "localhost")
  }

  /// `ipv4:A:p,B:p`, `ipv6:[A]:p,…` and `passthrough:///host:port`. The port is required: C-core
  /// refuses the first two without one, and a dialer refuses the third.
  func fixed(
    _ scheme: Target.Scheme, authority: Substring?, endpoint: Substring
  ) throws(TargetError) -> Target {
    let example: String
    switch scheme {
    case .ipv4: example = "ipv4:10.0.0.1:50051,10.0.0.2:50051"
    case .ipv6: example = "ipv6:[2001:db8::1]:50051,[2001:db8::2]:50051"
    default: example = "passthrough:///mygrpc:50051"
    }
    if let authority {
      throw failure(
        at: authority.startIndex, "\(scheme.rawValue): takes no server", expected: "'/'",
        example: example)
    }
    let items =
      scheme == .passthrough
      ? [endpoint] : endpoint.split(separator: ",", omittingEmptySubsequences: false)
    var addresses: [TransportAddress] = []
    for item in items { addresses.append(try fixedAddress(item, scheme, example: example)) }
    return Target(
      given: text, scheme: scheme, kind: .fixed(addresses),
      authority: requestAuthority(endpoint))
  }

  private func fixedAddress(
    _ item: Substring, _ scheme: Target.Scheme, example: String
  ) throws(TargetError) -> TransportAddress {
    if item.isEmpty {
      throw failure(
        at: item.startIndex, "the address is missing", expected: "an address and a port",
        example: example)
    }
    if scheme == .ipv6, item.first != "[" {
      throw failure(
        at: item.startIndex, "the address stands without brackets", expected: "'['",
        example: example)
    }
    let (host, port) = try hostPort(item, example: example)
    let address = IPAddress(host)
    if scheme != .passthrough, address == nil || address?.isV4 != (scheme == .ipv4) {
      throw failure(
        at: item.startIndex, "this is not an \(scheme == .ipv4 ? "IPv4" : "IPv6") address",
        expected: "an \(scheme == .ipv4 ? "IPv4" : "IPv6") address and a port", example: example)
    }
    guard let port else {
      throw failure(
        at: item.endIndex, "the port is missing", expected: "':' and a port", example: example)
    }
    return address.map { .ip($0, port: port) } ?? .unresolved(host: host, port: port)
  }
}
