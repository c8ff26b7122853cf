internal import Naming

/// The environment variables by which grpc-go reaches a server through an HTTP proxy, read as
/// golang.org/x/net/http/httpproxy reads them. With a `dns` target and a proxy it does not ask DNS:
/// it sends CONNECT with the name, so that there is one endpoint whatever the policy.
struct ProxyEnvironment {
  let environment: (String) -> String?

  /// The variable that names a proxy for this target; nil where grpc-go asks DNS.
  func variable(for target: Target) -> String? {
    guard case .dns(let host, let port) = target.kind, IPAddress(host) == nil else { return nil }
    let variable = ["HTTPS_PROXY", "https_proxy"].first { isSet($0) }
    guard let variable, !isExcluded(host.lowercased(), port) else { return nil }
    return variable
  }

  private func isSet(_ name: String) -> Bool { environment(name)?.isEmpty == false }

  private func isExcluded(_ host: String, _ port: UInt16) -> Bool {
    if host == "localhost" { return true }
    guard let name = ["NO_PROXY", "no_proxy"].first(where: isSet), let list = environment(name)
    else { return false }
    return list.split(separator: ",").contains { entry in
      let entry = entry.filter { !$0.isWhitespace }.lowercased()
      return entry == "*" || Self.covers(entry, host, port)
    }
  }

  /// `example.com` covers itself and what is below it, `.example.com` and `*.example.com` only what
  /// is below it; with a port only that port.
  private static func covers(_ entry: String, _ host: String, _ port: UInt16) -> Bool {
    let parts = entry.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard var name = parts.first, !name.isEmpty else { return false }
    if parts.count == 2, UInt16(parts[1]) != port { return false }
    if name.hasPrefix("*.") { name = name.dropFirst() }
    if name.hasPrefix(".") { return host.hasSuffix(name) }
    return host == name || host.hasSuffix(".\(name)")
  }
}
