/// Writes the integers of RFC 7541 §5.1.
enum PrefixInteger {
  /// `prefix`: how many low bits of the first byte `value` may use; `pattern`: the bits above them.
  static func append(_ value: Int, prefix: Int, pattern: UInt8, to bytes: inout [UInt8]) {
    let mask = (1 << prefix) - 1
    guard value >= mask else {
      bytes.append(pattern | UInt8(value))
      return
    }
    bytes.append(pattern | UInt8(mask))
    var rest = value - mask
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
