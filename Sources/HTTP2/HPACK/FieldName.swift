private import Glibc

/// What a field's name alone says.
struct FieldName {
  enum Kind: UInt8 {
    case regular
    case status
    case contentLength
    case te
    case malformed
  }

  static let unwatched: UInt8 = 0xff

  let kind: Kind
  /// The slot of the `WatchList`, or `unwatched`.
  let slot: UInt8
  /// The name's own id where the slot takes that; 0 where it takes the value's.
  let note: UInt32

  init(_ name: UnsafeRawBufferPointer, watch: WatchList, values: ValuePool) {
    kind = Self.kind(of: name)
    slot = kind == .malformed ? Self.unwatched : watch.slot(of: name)
    note = slot != Self.unwatched && watch.notesName(slot) ? values.intern(name) : 0
  }

  /// RFC 9113 §8.2.1 (characters), §8.2.2 (fields that belong to an HTTP/1.1 connection) and §8.3.2
  /// (`:status` is the only pseudo-header field of a response).
  private static func kind(of name: UnsafeRawBufferPointer) -> Kind {
    guard let first = name.first else { return .malformed }
    if first == 0x3a { return name.equals(":status") ? .status : .malformed }
    for byte in name where !isValid(byte) {
      return .malformed
    }
    switch name.count {
    case 2 where name.equals("te"): return .te
    case 7 where name.equals("upgrade"): return .malformed
    case 10 where name.equals("connection") || name.equals("keep-alive"): return .malformed
    case 14 where name.equals("content-length"): return .contentLength
    case 16 where name.equals("proxy-connection"): return .malformed
    case 17 where name.equals("transfer-encoding"): return .malformed
    default: return .regular
    }
  }

  @inline(__always)
  private static func isValid(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7f && byte != 0x3a && !(0x41...0x5a ~= byte)
  }
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  func equals(_ text: StaticString) -> Bool {
    equals(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let mine = baseAddress, let theirs = other.baseAddress else { return true }
    return memcmp(mine, theirs, count) == 0
  }
}
