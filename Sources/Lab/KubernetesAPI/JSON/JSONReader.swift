/// Reads one JSON text (RFC 8259) into a value.
struct JSONReader {
  struct Malformed: Error, Hashable {
    /// The byte at which it went wrong.
    let offset: Int
  }

  private static let deepest = 100
  private let bytes: [UInt8]
  private var position = 0

  static func value(of bytes: some Sequence<UInt8>) throws(Malformed) -> JSONValue {
    var reader = JSONReader(bytes: Array(bytes))
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.position == reader.bytes.count else { throw reader.malformed }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var malformed: Malformed { Malformed(offset: position) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { position += 1 }
  }

  /// Whether the byte came; it is passed over then.
  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func word(_ text: StaticString) throws(Malformed) {
    for index in 0..<text.utf8CodeUnitCount {
      guard next == text.utf8Start[index] else { throw malformed }
      position += 1
    }
  }

  private mutating func value(depth: Int) throws(Malformed) -> JSONValue {
    skipSpace()
    guard depth < Self.deepest, let byte = next else { throw malformed }
    switch byte {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func members(depth: Int) throws(Malformed) -> [JSONValue.Member] {
    position += 1
    var members: [JSONValue.Member] = []
    skipSpace()
    if takes("}") { return members }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      guard takes(":") else { throw malformed }
      members.append(.init(key: key, value: try value(depth: depth + 1)))
      skipSpace()
      if takes("}") { return members }
      guard takes(",") else { throw malformed }
    }
  }

  private mutating func elements(depth: Int) throws(Malformed) -> [JSONValue] {
    position += 1
    var elements: [JSONValue] = []
    skipSpace()
    if takes("]") { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if takes("]") { return elements }
      guard takes(",") else { throw malformed }
    }
  }

  private mutating func number() throws(Malformed) -> String {
    let start = position
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Double(digits) != nil else { throw malformed }
    return digits
  }

  private mutating func string() throws(Malformed) -> String {
    guard takes("\"") else { throw malformed }
    var units: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
      case UInt8(ascii: "\\"): units += try escaped().utf8
      case 0..<0x20: throw malformed
      default: units.append(byte)
      }
    }
    throw malformed
  }

  private mutating func escaped() throws(Malformed) -> String {
    guard let byte = next else { throw malformed }
    position += 1
    switch Unicode.Scalar(byte) {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "u": return try escapedUnit()
    case "\"", "\\", "/": return String(Unicode.Scalar(byte))
    default: throw malformed
    }
  }

  /// `\uXXXX`, two of them for a character beyond the Basic Multilingual Plane.
  private mutating func escapedUnit() throws(Malformed) -> String {
    var units = [try hexadecimal()]
    if UTF16.isLeadSurrogate(units[0]), takes("\\"), takes("u") {
      units.append(try hexadecimal())
    }
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func hexadecimal() throws(Malformed) -> UInt16 {
    guard position + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw malformed }
    position += 4
    return unit
  }
}
