import Naming

/// Destination address selection (RFC 6724 §6) with the rules that Go's resolver applies: 1, 2, 5,
/// 6, 8, and 9 for IPv6 only. Stable, as rule 10 says.
enum AddressOrder {
  struct Candidate: Equatable {
    let destination: IPAddress
    /// The local address that would be used; nil where there is no route.
    let source: IPAddress?
  }

  static func sorted(_ candidates: [Candidate]) -> [IPAddress] {
    let ranked = candidates.enumerated().map { (rank: rank($1), offset: $0, $1.destination) }
    return ranked.sorted { left, right in
      left.rank == right.rank
        ? left.offset < right.offset : right.rank.lexicographicallyPrecedes(left.rank)
    }
    .map(\.2)
  }

  /// One number for each rule, the higher the better; the first that differs decides.
  private static func rank(_ candidate: Candidate) -> [Int] {
    // Rule 1: avoid unusable destinations, and leave them in their order.
    guard let source = candidate.source else { return [0] }
    let (there, here) = (Traits(candidate.destination), Traits(source))
    return [
      1,
      there.scope == here.scope ? 1 : 0,  // Rule 2: prefer matching scope.
      there.label == here.label ? 1 : 0,  // Rule 5: prefer matching label.
      there.precedence,  // Rule 6: prefer higher precedence.
      -there.scope,  // Rule 8: prefer smaller scope.
      commonPrefix(candidate.destination, source),  // Rule 9: use longest matching prefix.
    ]
  }

  /// Bits that two IPv6 addresses share in the upper half; 0 for IPv4, where the rule would favour
  /// neighbours by chance of numbering (golang.org/issue/13283).
  private static func commonPrefix(_ a: IPAddress, _ b: IPAddress) -> Int {
    guard case .v6(let high, _) = a, case .v6(let other, _) = b else { return 0 }
    return (high ^ other).leadingZeroBitCount
  }

  /// Scope and the row of the policy table (RFC 6724 §2.1, §3.1).
  private struct Traits {
    let scope: Int
    let precedence: Int
    let label: Int

    init(_ address: IPAddress) {
      switch address {
      case .v4(let value):
        scope = address.isLoopback || value >> 16 == 0xA9FE ? 2 : 14
        (precedence, label) = (35, 4)
      case .v6(let high, let low):
        let isMulticast = high >> 56 == 0xFF
        switch high >> 48 {
        case _ where isMulticast: scope = Int(high >> 48 & 15)
        case 0xFE80...0xFEBF: scope = 2
        case 0xFEC0...0xFEFF: scope = 5
        default: scope = address.isLoopback ? 2 : 14
        }
        switch high >> 48 {
        case 0 where address.isLoopback: (precedence, label) = (50, 0)
        case 0 where high == 0 && low >> 32 == 0xFFFF: (precedence, label) = (35, 4)
        case 0 where high == 0 && low >> 32 == 0: (precedence, label) = (1, 3)
        case 0x2001 where high >> 32 & 0xFFFF == 0: (precedence, label) = (5, 5)
        case 0x2002: (precedence, label) = (30, 2)
        case 0x3FFE: (precedence, label) = (1, 12)
        case 0xFEC0...0xFEFF: (precedence, label) = (1, 11)
        case 0xFC00...0xFDFF: (precedence, label) = (3, 13)
        default: (precedence, label) = (40, 1)
        }
      }
    }
  }
}
