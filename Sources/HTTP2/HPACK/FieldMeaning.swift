/// What a decoded field means to this client, worked out once when it is read or enters the dynamic
/// table: 8 bytes instead of two strings.
struct FieldMeaning {
  enum Kind: UInt8 {
    case regular
    case status
    case contentLength
    /// Makes the message malformed (RFC 9113 §8.1.1).
    case malformed
  }

  /// The watched value or name, as an id of the `ValuePool`; 0 where nobody watches.
  var note: UInt32 = 0
  /// The number in `:status`.
  var status: Int16 = -1
  var kind: Kind
  /// Where `note` goes: a slot of the `WatchList`, or `FieldName.unwatched`.
  var slot: UInt8

  init(name: FieldName, value: UnsafeRawBufferPointer, values: ValuePool) {
    slot = name.slot
    kind = .regular
    switch name.kind {
    case .regular: break
    case .status:
      kind = .status
      status = value.count == 3 ? Int16(truncatingIfNeeded: decimal(value) ?? 0) : 0
      if status < 100 { kind = .malformed }
    case .contentLength:
      kind = decimal(value) == nil ? .malformed : .contentLength
    case .te:
      if !value.elementsEqual("trailers".utf8) { kind = .malformed }
    case .malformed:
      kind = .malformed
    }
    if !FieldMeaning.isValid(value) { kind = .malformed }
    if slot != FieldName.unwatched, kind != .malformed {
      note = name.note != 0 ? name.note : values.intern(value)
    }
  }

  /// RFC 9113 §8.2.1: no NUL, CR or LF; no space or tab at either end.
  private static func isValid(_ value: UnsafeRawBufferPointer) -> Bool {
    guard let first = value.first, let last = value.last else { return true }
    if first == 0x20 || first == 0x09 || last == 0x20 || last == 0x09 { return false }
    for byte in value where byte <= 0x0d && (byte == 0 || byte == 0x0a || byte == 0x0d) {
      return false
    }
    return true
  }
}

/// The number that 1 to 18 digits say; nil for anything else.
func decimal(_ text: UnsafeRawBufferPointer) -> Int? {
  guard 1...18 ~= text.count else { return nil }
  var number = 0
  for byte in text {
    guard 0x30...0x39 ~= byte else { return nil }
    number = number * 10 + Int(byte - 0x30)
  }
  return number
}
