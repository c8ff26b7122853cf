/// One header field as bytes; names are lower case in HTTP/2 (RFC 9113 §8.2.1).
package struct HeaderField: Hashable, Sendable {
  package var name: [UInt8]
  package var value: [UInt8]

  /// Sent as a never-indexed literal (RFC 7541 §6.2.3) and shown as `<redacted>`.
  package var neverIndexed: Bool

  package init(_ name: String, _ value: String, neverIndexed: Bool = false) {
    self.init(name: Array(name.utf8), value: Array(value.utf8), neverIndexed: neverIndexed)
  }

  package init(name: [UInt8], value: [UInt8], neverIndexed: Bool = false) {
    self.name = name
    self.value = value
    self.neverIndexed = neverIndexed
  }

  /// What the field counts for in a dynamic table (RFC 7541 §4.1).
  var tableSize: Int { name.count + value.count + DynamicTable.overhead }

  /// Marked by its sender, or known to carry a secret (RFC 7541 §7.1.3): neither kept in tables
  /// nor shown.
  var isSensitive: Bool {
    neverIndexed || Self.secrets.contains { $0.utf8.elementsEqual(name) }
  }

  private static let secrets = ["authorization", "cookie", "proxy-authorization"]
}
