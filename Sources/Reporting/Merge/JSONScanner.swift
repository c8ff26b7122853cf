/// Reads JSON (RFC 8259) from left to right, value by value, as fast as merging thousands of reports
/// needs it: no tree is built, and what nobody asks for is only checked.
struct JSONScanner {
  struct Failure: Error {
    /// From 0.
    let offset: Int
    let expected: String
  }

  /// Deeper than any report.
  private static let deepest = 64

  let bytes: [UInt8]
  private(set) var position: Int
  private var needsComma = false

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// Whether only blanks are left.
  mutating func isAtEnd() -> Bool {
    skipBlanks()
    return position == bytes.count
  }

  // MARK: Containers

  mutating func beginObject() throws(Failure) { try begin(0x7B, "an object") }
  mutating func beginArray() throws(Failure) { try begin(0x5B, "an array") }

  private mutating func begin(_ bracket: UInt8, _ expected: String) throws(Failure) {
    skipBlanks()
    guard current == bracket else { throw failure(expected) }
    position += 1
    needsComma = false
  }

  /// Steps to the next item of the array; false, and past it, at its end.
  mutating func nextItem() throws(Failure) -> Bool { try !ends(with: 0x5D) }

  /// Steps to the next member of the object whose key is one of these, past all others; nil, and past
  /// the object, at its end.
  mutating func nextMember<Key>(_ keys: inout JSONKeys<Key>) throws(Failure) -> Key? {
    while try !ends(with: 0x7D) {
      let (start, end) = try quoted()
      try colon()
      if let key = keys.key(bytes, start, end) { return key }
      try skip()
    }
    return nil
  }

  private mutating func ends(with bracket: UInt8) throws(Failure) -> Bool {
    skipBlanks()
    if current == bracket {
      position += 1
      needsComma = true
      return true
    }
    if needsComma {
      guard current == 0x2C else { throw failure("a comma or the end of the list") }
      position += 1
      skipBlanks()
    }
    return false
  }

  private mutating func colon() throws(Failure) {
    skipBlanks()
    guard current == 0x3A else { throw failure("a colon") }
    position += 1
    needsComma = false
  }

  // MARK: Values

  /// Past a value, whatever it is; the bytes that it took.
  @discardableResult
  mutating func skip(depth: Int = 0) throws(Failure) -> Range<Int> {
    skipBlanks()
    let start = position
    switch current {
    case 0x22: _ = try quoted()
    case 0x7B, 0x5B:
      guard depth < Self.deepest else { throw failure("fewer levels") }
      let isObject = current == 0x7B
      position += 1
      needsComma = false
      while try !ends(with: isObject ? 0x7D : 0x5D) {
        if isObject {
          _ = try quoted()
          try colon()
        }
        try skip(depth: depth + 1)
      }
    case 0x74: try word("true")
    case 0x66: try word("false")
    case 0x6E: try word("null")
    default: try number()
    }
    needsComma = true
    return start..<position
  }

  /// True, and past it, where null stands.
  mutating func null() throws(Failure) -> Bool {
    skipBlanks()
    guard current == 0x6E else { return false }
    try word("null")
    needsComma = true
    return true
  }

  mutating func boolean() throws(Failure) -> Bool {
    skipBlanks()
    let value = current == 0x74
    guard value || current == 0x66 else { throw failure("true or false") }
    try word(value ? "true" : "false")
    needsComma = true
    return value
  }

  /// A count: a whole number from 0 to 10^12, so that sums of a million reports are numbers still.
  mutating func count() throws(Failure) -> Int {
    skipBlanks()
    let start = position
    var value = 0
    while case let digit = Int(current) - 0x30, (0...9).contains(digit), value <= 1_000_000_000_000
    {
      value = value * 10 + digit
      position += 1
    }
    let isWhole = ![0x2E, 0x65, 0x45].contains(current)
    guard position > start, isWhole, value <= 1_000_000_000_000 else {
      position = start
      throw failure("a whole number from 0 to 10^12")
    }
    needsComma = true
    return value
  }

  mutating func double() throws(Failure) -> Double {
    skipBlanks()
    let start = position
    try number()
    needsComma = true
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      value.isFinite
    else {
      position = start
      throw failure("a number")
    }
    return value
  }

  mutating func string() throws(Failure) -> String {
    skipBlanks()
    guard current == 0x22 else { throw failure("a string") }
    let (start, end) = try quoted()
    needsComma = true
    return Self.text(bytes[start..<end])
  }

  // MARK: Parts

  /// 0, which stands nowhere in JSON, past the end.
  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private func failure(_ expected: String) -> Failure {
    Failure(offset: position, expected: expected)
  }

  private mutating func skipBlanks() {
    while case let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func word(_ word: StaticString) throws(Failure) {
    for index in 0..<word.utf8CodeUnitCount {
      guard current == word.utf8Start[index] else { throw failure("a value") }
      position += 1
    }
  }

  /// What stands between quotes, and past them.
  private mutating func quoted() throws(Failure) -> (start: Int, end: Int) {
    guard current == 0x22 else { throw failure("a key in quotes") }
    position += 1
    let start = position
    while true {
      let byte = current
      if byte == 0x22 { break }
      if byte == 0x5C { position += 1 }
      guard byte >= 0x20, position < bytes.count else { throw failure("the rest of a string") }
      position += 1
    }
    position += 1
    return (start, position - 1)
  }

  private mutating func number() throws(Failure) {
    let start = position
    if current == 0x2D { position += 1 }
    try digits()
    if current == 0x2E {
      position += 1
      try digits()
    }
    if current | 0x20 == 0x65 {
      position += 1
      if current == 0x2B || current == 0x2D { position += 1 }
      try digits()
    }
    if position == start { throw failure("a value") }
  }

  private mutating func digits() throws(Failure) {
    let start = position
    while (0x30...0x39).contains(current) { position += 1 }
    if position == start { throw failure("a value") }
  }

  /// Without its escapes; half of a surrogate pair becomes U+FFFD.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(0x5C) else { return String(decoding: bytes, as: UTF8.self) }
    var units: [UInt16] = []
    var rest = bytes
    while let byte = rest.first {
      guard byte == 0x5C else {
        let plain = rest.prefix { $0 != 0x5C }
        units += String(decoding: plain, as: UTF8.self).utf16
        rest = rest.dropFirst(plain.count)
        continue
      }
      let escape = rest.dropFirst().first ?? byte
      rest = rest.dropFirst(2)
      switch escape {
      case 0x62: units.append(0x08)
      case 0x66: units.append(0x0C)
      case 0x6E: units.append(0x0A)
      case 0x72: units.append(0x0D)
      case 0x74: units.append(0x09)
      case 0x75:
        let digits = String(decoding: rest.prefix(4), as: UTF8.self)
        units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
        rest = rest.dropFirst(4)
      default: units.append(UInt16(escape))
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}

/// The keys of one kind of object, found fastest in the order of their declaration, which is the order
/// in which lbcheck writes them.
struct JSONKeys<Key: CaseIterable & RawRepresentable> where Key.RawValue == String {
  private let keys = Key.allCases.map { (key: $0, name: Array($0.rawValue.utf8)) }
  private var next = 0

  init() {}

  /// Nil for a key that is none of them. An escaped key is none.
  mutating func key(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Key? {
    for step in keys.indices {
      let index = next + step < keys.count ? next + step : next + step - keys.count
      if Self.isEqual(bytes, start, end, keys[index].name) {
        next = index + 1 == keys.count ? 0 : index + 1
        return keys[index].key
      }
    }
    return nil
  }

  private static func isEqual(_ bytes: [UInt8], _ start: Int, _ end: Int, _ name: [UInt8]) -> Bool {
    guard end - start == name.count else { return false }
    for index in name.indices where bytes[start + index] != name[index] { return false }
    return true
  }
}
