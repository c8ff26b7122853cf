/// Throws where the text is no JSON, whatever message it may be meant for.
package func checkJSON(_ text: String) throws(JSONError) {
  _ = try JSONReader.read(Array(text.utf8))
}

/// Reads a JSON text (RFC 8259), strictly. Keys that come twice in an object are an error
/// (protobuf.dev/programming-guides/json), and so is a lone surrogate.
package struct JSONReader {
  private let text: [UInt8]
  private var offset = 0

  package static func read(_ text: [UInt8]) throws(JSONError) -> JSONNode {
    var reader = JSONReader(text: text)
    guard text.count <= Limits.messageBytes else {
      throw reader.error("the text is larger than \(Limits.messageBytes) bytes")
    }
    let node = try reader.value(depth: 1)
    reader.skipSpace()
    guard reader.next == nil else { throw reader.error("something follows the value") }
    return node
  }

  private init(text: [UInt8]) {
    self.text = text
  }

  private func error(_ reason: String) -> JSONError { JSONError(reason, at: offset, of: text) }

  private var next: UInt8? { offset < text.count ? text[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      offset += 1
    }
  }

  /// Takes `byte`, and white space before it; false where something else comes.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONNode {
    guard depth <= Limits.depth else {
      throw error("values are nested more than \(Limits.depth) deep")
    }
    skipSpace()
    let start = offset
    let content: JSONNode.Content
    switch next {
    case UInt8(ascii: "{"): content = .object(try members(depth: depth))
    case UInt8(ascii: "["): content = .array(try elements(depth: depth))
    case UInt8(ascii: "\""): content = .string(try string())
    case nil: throw error("the text ends where a value is expected")
    default: content = try word()
    }
    return JSONNode(content: content, offset: start)
  }

  private mutating func members(depth: Int) throws(JSONError) -> [JSONMember] {
    offset += 1
    var members: [JSONMember] = []
    // Bytes, because Swift takes texts for equal that Unicode calls equivalent.
    var keys: Set<[UInt8]> = []
    if take("}") { return members }
    repeat {
      skipSpace()
      let start = offset
      guard next == UInt8(ascii: "\"") else { throw error("a key in quotes is expected") }
      let key = try string()
      guard keys.insert(Array(key.utf8)).inserted else {
        offset = start
        throw error("key \"\(key)\" comes twice")
      }
      guard take(":") else { throw error("a colon is expected") }
      members.append(JSONMember(key: key, offset: start, value: try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("a comma or } is expected") }
    return members
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSONNode] {
    offset += 1
    var elements: [JSONNode] = []
    if take("]") { return elements }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("a comma or ] is expected") }
    return elements
  }

  /// A literal name or a number: whatever ends at a delimiter.
  private mutating func word() throws(JSONError) -> JSONNode.Content {
    let bytes = text[offset...].prefix { !" \n\r\t,:{}[]\"".utf8.contains($0) }
    let word = String(decoding: bytes, as: UTF8.self)
    let content: JSONNode.Content
    switch word {
    case "null": content = .null
    case "true": content = .bool(true)
    case "false": content = .bool(false)
    default:
      guard NumberText(word) != nil else { throw error("a value is expected") }
      content = .number(word)
    }
    offset += bytes.count
    return content
  }

  private mutating func string() throws(JSONError) -> String {
    let start = offset
    offset += 1
    var bytes: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let string = String(validating: bytes, as: UTF8.self) else {
          offset = start
          throw error("the string is not valid UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): bytes += String(try escaped()).utf8
      case ..<0x20: throw error("a control character in a string has to be escaped")
      default:
        bytes.append(byte)
        offset += 1
      }
    }
    throw error("the text ends inside a string")
  }

  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    let short: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if offset + 1 < text.count, let scalar = short[text[offset + 1]] {
      offset += 2
      return scalar
    }
    let start = offset
    guard let first = codeUnit() else { throw error("this escape does not exist") }
    if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
    guard let second = codeUnit(), UTF16.isLeadSurrogate(first), UTF16.isTrailSurrogate(second)
    else {
      offset = start
      throw error("half of a surrogate pair stands alone")
    }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  /// Takes `\uXXXX`; nil, and takes nothing, where something else comes.
  private mutating func codeUnit() -> UInt16? {
    let word = text[offset...].prefix(6)
    guard word.count == 6, word.starts(with: "\\u".utf8),
      word.dropFirst(2).allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit })
    else { return nil }
    offset += 6
    return UInt16(String(decoding: word.dropFirst(2), as: UTF8.self), radix: 16)
  }
}
