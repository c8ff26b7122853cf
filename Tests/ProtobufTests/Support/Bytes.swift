import Testing

@testable import Protobuf

/// Bytes from hexadecimal digits; white space may stand anywhere.
func hex(_ text: String) -> [UInt8] {
  let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}

func hexText(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

extension DynamicMessage: CustomTestStringConvertible {
  package var testDescription: String { json(JSONOptions(indented: false)) }
}
