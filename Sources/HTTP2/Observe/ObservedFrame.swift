/// One frame, decoded for a person to read.
package struct ObservedFrame: Sendable {
  package enum Direction: Sendable {
    case sent
    case received
  }

  package let direction: Direction
  /// The number on the wire (RFC 9113 §6).
  package let type: UInt8
  /// As on the wire, with those that have no meaning.
  package let flags: UInt8
  /// 0: the connection.
  package let stream: UInt32
  /// Bytes of payload, padding included.
  package let length: Int
  /// The header fields of the block that this frame completes: request or response, in wire order,
  /// at most as many as MAX_HEADER_LIST_SIZE lets through.
  package let fields: [HeaderField]

  let details: Details
  /// The head of a response, not its trailers.
  let isResponseHead: Bool

  /// What is in the payload, where it has the form that the type demands.
  enum Details {
    case none
    case data(padding: Int)
    case headers(padding: Int, priority: Priority?)
    case priority(Priority)
    case reset(ErrorCode)
    case settings([(id: SettingID, value: UInt32)])
    case pushPromise(padding: Int, promised: UInt32)
    case ping(UInt64)
    case goAway(lastStream: UInt32, code: ErrorCode, debug: [UInt8], debugCount: Int)
    case windowUpdate(UInt32)
  }

  struct Priority {
    let dependency: UInt32
    let isExclusive: Bool
    /// 1 to 256.
    let weight: Int
  }

  /// The type by name; `UNKNOWN(0x0c)` where RFC 9113 has none.
  package var typeName: String { FrameType(rawValue: type).name }

  /// The flags that mean something in a frame of this type, by name.
  package var flagNames: [String] {
    FrameType(rawValue: type).names(of: FrameFlags(rawValue: flags))
  }

  init(
    _ direction: Direction, _ header: FrameHeader, _ payload: UnsafeRawBufferPointer,
    fields: [HeaderField] = [], isResponseHead: Bool = false
  ) {
    self.direction = direction
    type = header.type.rawValue
    flags = header.flags.rawValue
    stream = header.stream
    length = header.length
    self.fields = fields
    self.isResponseHead = isResponseHead
    details = Details(header, payload)
  }
}
