/// The nine bytes before every payload (RFC 9113 §4.1).
struct FrameHeader: Equatable {
  static let size = 9

  var length: Int
  var type: FrameType
  var flags: FrameFlags
  var stream: UInt32

  init(length: Int, type: FrameType, flags: FrameFlags = [], stream: UInt32) {
    self.length = length
    self.type = type
    self.flags = flags
    self.stream = stream
  }

  /// Precondition: at least 9 bytes. The reserved bit before the stream id is ignored.
  @inline(__always)
  init(reading bytes: UnsafeRawPointer) {
    let head = UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
    length = Int(head >> 8)
    type = FrameType(rawValue: UInt8(truncatingIfNeeded: head))
    flags = FrameFlags(rawValue: bytes.load(fromByteOffset: 4, as: UInt8.self))
    stream = bigEndianUInt32(bytes + 5) & 0x7fff_ffff
  }

  /// Writes nine bytes.
  @inline(__always)
  func write(to bytes: UnsafeMutableRawPointer) {
    let head = UInt32(truncatingIfNeeded: length) << 8 | UInt32(type.rawValue)
    bytes.storeBytes(of: head.bigEndian, as: UInt32.self)
    bytes.storeBytes(of: flags.rawValue, toByteOffset: 4, as: UInt8.self)
    bytes.storeBytes(of: stream.bigEndian, toByteOffset: 5, as: UInt32.self)
  }
}

/// RFC 9113 §6; any other number is a type of an extension.
struct FrameType: RawRepresentable, Hashable {
  let rawValue: UInt8

  static let data = FrameType(rawValue: 0)
  static let headers = FrameType(rawValue: 1)
  static let priority = FrameType(rawValue: 2)
  static let rstStream = FrameType(rawValue: 3)
  static let settings = FrameType(rawValue: 4)
  static let pushPromise = FrameType(rawValue: 5)
  static let ping = FrameType(rawValue: 6)
  static let goAway = FrameType(rawValue: 7)
  static let windowUpdate = FrameType(rawValue: 8)
  static let continuation = FrameType(rawValue: 9)
}

/// The same bit means different things in different frames.
struct FrameFlags: OptionSet {
  let rawValue: UInt8

  static let endStream = FrameFlags(rawValue: 0x1)
  static let ack = FrameFlags(rawValue: 0x1)
  static let endHeaders = FrameFlags(rawValue: 0x4)
  static let padded = FrameFlags(rawValue: 0x8)
  static let priority = FrameFlags(rawValue: 0x20)
}

/// Precondition: at least 4 bytes.
@inline(__always)
func bigEndianUInt32(_ bytes: UnsafeRawPointer) -> UInt32 {
  UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
}
