/// How a record's value is laid out (protobuf.dev/programming-guides/encoding, "Message Structure").
package enum WireType: UInt8, Sendable {
  case varint = 0
  case fixed64 = 1
  case lengthDelimited = 2
  case startGroup = 3
  case endGroup = 4
  case fixed32 = 5
}

/// What stands before every value: which field it belongs to and how it is laid out.
struct Tag: Equatable {
  let number: Int
  let type: WireType

  /// Field numbers have 29 bits.
  static let highestNumber = (1 << 29) - 1
}
