/// As JSON has a number that may be none (protobuf.dev/programming-guides/json): as short as it
/// reads back, without the ".0" of whole numbers, except for -0.0: some readers take -0 for the
/// integer, which has no sign.
func jsonText(_ value: some BinaryFloatingPoint & LosslessStringConvertible) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
  let text = value.description
  return text.hasSuffix(".0") && value != 0 || text == "0.0" ? String(text.dropLast(2)) : text
}

/// A JSON number as its text (RFC 8259 §6), so that no digit is lost before its type is known.
struct NumberText {
  private let text: String
  private let isNegative: Bool
  /// The value is 0.DIGITS × 10^exponent, without zeros at either end of the digits.
  private let digits: [UInt8]
  private let exponent: Int

  /// Nil where the text is no JSON number.
  init?(_ text: String) {
    self.text = text
    var rest = Array(text.utf8)[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    let whole = rest.takeDigits()
    guard whole.count == 1 || whole.first != UInt8(ascii: "0"), !whole.isEmpty else { return nil }
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = rest.takeDigits()
      guard !fraction.isEmpty else { return nil }
    }
    var scale = 0
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      let sign = rest.first
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
      let power = rest.takeDigits()
      guard !power.isEmpty else { return nil }
      // More digits than an exponent needs mean zero or more than any type holds, whatever they are.
      let size = Int(String(decoding: power.prefix(9), as: UTF8.self)) ?? 0
      scale = sign == UInt8(ascii: "-") ? -size : size
    }
    guard rest.isEmpty else { return nil }
    let significant = (whole + fraction).drop { $0 == UInt8(ascii: "0") }
    let leading = whole.count + fraction.count - significant.count
    digits = Array(significant.reversed().drop { $0 == UInt8(ascii: "0") }.reversed())
    exponent = whole.count - leading + scale
  }

  /// Nil for a fraction, and for what the type cannot hold.
  func integer<Integer: FixedWidthInteger>(as _: Integer.Type) -> Integer? {
    if digits.isEmpty { return 0 }
    guard exponent >= digits.count, exponent <= 20 else { return nil }
    let zeros = String(repeating: "0", count: exponent - digits.count)
    return Integer((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + zeros)
  }

  /// Nil for what is beyond the largest finite value.
  func float<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    as _: Number.Type
  ) -> Number? {
    Number(text).flatMap { $0.isFinite ? $0 : nil }
  }
}

extension ArraySlice<UInt8> {
  fileprivate mutating func takeDigits() -> [UInt8] {
    let digits = prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    removeFirst(digits.count)
    return Array(digits)
  }
}
