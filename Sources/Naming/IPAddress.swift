private import Glibc

/// An IPv4 or IPv6 address as a number, so that it can be compared, hashed and sorted cheaply.
package enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  /// Reads a literal as `inet_pton(3)` does: dotted quad, or RFC 4291 §2.2 text without zone.
  /// Nil for anything else, also for `010.0.0.1` and other forms that only `inet_aton` takes.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self = .v4(UInt32(bigEndian: v4.s_addr))
      return
    }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    self = withUnsafeBytes(of: v6) { IPAddress(v6Bytes: $0) }
  }

  /// Reads 16 bytes in network order. Precondition: the buffer holds at least 16 bytes.
  package init(v6Bytes bytes: UnsafeRawBufferPointer) {
    self = .v6(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  package var isV4: Bool {
    if case .v4 = self { true } else { false }
  }

  /// 127.0.0.0/8 (RFC 1122 §3.2.1.3) or `::1` (RFC 4291 §2.5.3).
  package var isLoopback: Bool {
    switch self {
    case .v4(let value): value >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }

  /// The address `offset` after this one; wraps within the family. Used to lay out blocks of pods.
  package func advanced(by offset: UInt32) -> IPAddress {
    switch self {
    case .v4(let value): .v4(value &+ offset)
    case .v6(let high, let low): .v6(high: high, low: low &+ UInt64(offset))
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text (RFC 5952), without brackets.
  package var description: String {
    switch self {
    case .v4(let value):
      return "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    case .v6(let high, let low):
      var address = in6_addr()
      withUnsafeMutableBytes(of: &address) {
        $0.storeBytes(of: high.bigEndian, as: UInt64.self)
        $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by number: a stable order for reports, not the order clients dial in.
  package static func < (left: IPAddress, right: IPAddress) -> Bool {
    switch (left, right) {
    case (.v4(let a), .v4(let b)): a < b
    case (.v4, .v6): true
    case (.v6, .v4): false
    case (.v6(let ah, let al), .v6(let bh, let bl)): (ah, al) < (bh, bl)
    }
  }
}
