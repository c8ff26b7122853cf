package import Naming

/// The data of one record that the lab's DNS can serve.
package enum ZoneRecord: Hashable, Sendable {
  /// A or AAAA, by family.
  case address(IPAddress)
  case cname(String)
  /// RFC 2782.
  case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
  /// The strings of one TXT record; a longer one than 255 bytes is split on the wire.
  case txt([String])

  /// Record types by their number on the wire (RFC 1035 §3.2.2, RFC 3596, RFC 2782).
  package enum Kind: UInt16, Sendable {
    case a = 1
    case cname = 5
    case txt = 16
    case aaaa = 28
    case srv = 33
  }

  package var kind: Kind {
    switch self {
    case .address(let address): address.isV4 ? .a : .aaaa
    case .cname: .cname
    case .srv: .srv
    case .txt: .txt
    }
  }
}
