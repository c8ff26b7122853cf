extension TargetReader {
  /// Reads `host[:port]`, `[v6][:port]`, `:port` (localhost) or a bare IPv6 address, as grpc-go's
  /// DNS resolver does. The host comes without brackets.
  func hostPort(
    _ slice: Substring, example: String
  ) throws(TargetError) -> (host: String, port: UInt16?) {
    guard let first = slice.first else {
      throw failure(
        at: slice.startIndex, "the host is missing", expected: "a host name", example: example)
    }
    if first == "[" { return try bracketed(slice, example: example) }
    if IPAddress(slice) != nil { return (String(slice), nil) }
    guard let colon = slice.firstIndex(of: ":") else {
      return (try hostName(slice, example: example), nil)
    }
    let portText = slice[slice.index(after: colon)...]
    if let second = portText.firstIndex(of: ":") {
      throw failure(
        at: second, "there are several colons",
        expected: "one port at most; an IPv6 address with a port stands in brackets",
        example: "[2001:db8::1]:50051")
    }
    let name = slice[..<colon]
    let host = name.isEmpty ? "localhost" : try hostName(name, example: example)
    return (host, try port(portText, example: example))
  }

  private func bracketed(
    _ slice: Substring, example: String
  ) throws(TargetError) -> (host: String, port: UInt16?) {
    let example6 = "[2001:db8::1]:50051"
    let inner = slice.dropFirst()
    guard let close = inner.firstIndex(of: "]") else {
      throw failure(
        at: slice.endIndex, "the bracket is not closed", expected: "']'", example: example6)
    }
    let literal = inner[..<close]
    if let zone = literal.firstIndex(of: "%") {
      throw failure(
        at: zone, "an IPv6 zone is not supported", expected: "']'", example: example6)
    }
    guard let address = IPAddress(literal), !address.isV4 else {
      throw failure(
        at: literal.startIndex, "there is no IPv6 address in the brackets",
        expected: "an IPv6 address", example: example6)
    }
    let rest = inner[inner.index(after: close)...]
    guard let next = rest.first else { return (String(literal), nil) }
    guard next == ":" else {
      throw failure(
        at: rest.startIndex, "there is text after the bracket", expected: "':' and a port",
        example: example6)
    }
    return (String(literal), try port(rest.dropFirst(), example: example6))
  }

  func port(_ slice: Substring, example: String) throws(TargetError) -> UInt16 {
    let expected = "a port number from 1 to 65535"
    guard !slice.isEmpty else {
      throw failure(
        at: slice.startIndex, "the port is missing after ':'", expected: expected, example: example)
    }
    if let index = slice.unicodeScalars.firstIndex(where: { !("0"..."9").contains($0) }) {
      let problem =
        index == slice.startIndex
        ? "the port is not a number (port names work with kubernetes:/// only)"
        : "there is text after the port number"
      throw failure(at: index, problem, expected: expected, example: example)
    }
    guard let number = UInt16(slice), number > 0 else {
      throw failure(
        at: slice.startIndex, "there is no such port", expected: expected, example: example)
    }
    return number
  }

  func nameServer(_ slice: Substring, example: String) throws(TargetError) -> NameServer {
    let (host, port) = try hostPort(slice, example: example)
    return NameServer(host: host, port: port ?? 53)
  }
}
