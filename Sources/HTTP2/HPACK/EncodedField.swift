/// A request field with what its encoding needs on every connection, worked out once.
struct EncodedField: Sendable {
  let field: HeaderField
  /// The static entry with this name and value, and the first one with this name.
  let staticIndex: Int?
  let staticNameIndex: Int?
  /// As string literals (RFC 7541 §5.2), Huffman-coded where that is shorter.
  let nameLiteral: [UInt8]
  let valueLiteral: [UInt8]

  init(_ field: HeaderField) {
    self.field = field
    var full: Int?
    var name: Int?
    for index in 1...StaticTable.count {
      let entry = StaticTable.field(at: index)
      guard entry.name.elementsEqual(field.name) else { continue }
      name = name ?? index
      if entry.value.elementsEqual(field.value) { full = full ?? index }
    }
    staticIndex = full
    staticNameIndex = name
    nameLiteral = Self.literal(field.name)
    valueLiteral = Self.literal(field.value)
  }

  private static func literal(_ text: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    let coded = Huffman.encodedCount(text)
    if coded < text.count {
      PrefixInteger.append(coded, prefix: 7, pattern: 0x80, to: &bytes)
      Huffman.append(text, to: &bytes)
    } else {
      PrefixInteger.append(text.count, prefix: 7, pattern: 0, to: &bytes)
      bytes += text
    }
    return bytes
  }
}
