/// A DNS server to ask, as `dns://SERVER/…` and `--dns-server` name it.
package struct NameServer: Hashable, Sendable {
  /// An IP literal without brackets, or a name (which has to be looked up first).
  package let host: String

  /// 53 unless given.
  package let port: UInt16

  package init(host: String, port: UInt16 = 53) {
    self.host = host
    self.port = port
  }

  /// Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
  package init(parsing text: String) throws(TargetError) {
    self = try TargetReader(text).nameServer(text[...], example: "10.96.0.10:53")
  }
}

extension NameServer: CustomStringConvertible {
  /// `10.96.0.10:53` or `[fd00::a]:53`.
  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
