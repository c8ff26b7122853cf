package import Naming

/// The record types that name a gRPC service, by their number on the wire (RFC 1035 §3.2.2,
/// RFC 3596, RFC 2782).
package enum DNSRecordType: UInt16, Sendable, CaseIterable, CustomStringConvertible {
  case a = 1
  case txt = 16
  case aaaa = 28
  case srv = 33

  package var description: String {
    switch self {
    case .a: "A"
    case .txt: "TXT"
    case .aaaa: "AAAA"
    case .srv: "SRV"
    }
  }
}

/// One record of an answer.
package struct DNSRecord: Hashable, Sendable {
  package enum Data: Hashable, Sendable {
    /// A or AAAA, by family.
    case address(IPAddress)
    /// RFC 2782.
    case srv(priority: UInt16, weight: UInt16, port: UInt16, target: String)
    /// The strings of one TXT record joined, as gRPC joins them; bytes that are not UTF-8 are
    /// replaced. From outside: escape before showing.
    case txt(String)
  }

  /// Whose record it is: after an alias not the name that was asked for. Without final dot.
  package let name: String

  /// In seconds, as this answer had it.
  package let ttl: UInt32

  package let data: Data
}

/// One CNAME record on the way from the asked name to the records.
package struct DNSAlias: Hashable, Sendable {
  package let name: String
  package let target: String
  /// In seconds.
  package let ttl: UInt32
}
