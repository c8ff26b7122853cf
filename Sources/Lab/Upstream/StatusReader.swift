internal import NIOCore
internal import NIOHPACK

/// Reads the statuses out of the header blocks of a server. Every block has to be read, since each may
/// change the table that the next one refers to (RFC 7541 §2.2).
struct StatusReader {
  /// Nil once a block could not be read: then no later one can.
  private var decoder: HPACKDecoder? = HPACKDecoder(
    allocator: ByteBufferAllocator(), maxDynamicTableSize: 4_096, maxHeaderListSize: .max)
  private var block = ByteBuffer()
  /// What short blocks meant that leave the table alone: the same until another one changes it. Most
  /// blocks of a busy connection are such, and decoding is what relaying costs most.
  private var known: [ByteBuffer: Statuses] = [:]
  private static let longestKnown = 256
  private static let mostKnown = 64

  struct Statuses {
    var http: Int?
    var grpc: Int?
  }

  /// What the client lets the server's table grow to (SETTINGS_HEADER_TABLE_SIZE).
  mutating func setTableSize(_ size: Int) {
    decoder?.maxDynamicTableLength = size
  }

  /// Takes HEADERS and CONTINUATION; the answer is there at the end of the block.
  mutating func read(_ frame: FrameScanner.Frame) -> Statuses? {
    guard let fragment = Self.fragment(of: frame) else { return nil }
    guard frame.endsHeaders, block.readableBytes == 0 else {
      block.writeImmutableBuffer(fragment)
      guard frame.endsHeaders else { return nil }
      let whole = block
      block = ByteBuffer()
      return statuses(whole)
    }
    return statuses(fragment)
  }

  private mutating func statuses(_ block: ByteBuffer) -> Statuses {
    let leavesTable = block.withUnsafeReadableBytes(HeaderBlock.leavesTable)
    if leavesTable {
      if let statuses = known[block] { return statuses }
    } else if !known.isEmpty {
      known = [:]
    }
    var rest = block
    guard let headers = try? decoder?.decodeHeaders(from: &rest) else {
      decoder = nil
      return Statuses()
    }
    let statuses = Statuses(
      http: headers.first(name: ":status").flatMap { Int($0) },
      grpc: headers.first(name: "grpc-status").flatMap { Int($0) })
    if leavesTable, block.readableBytes <= Self.longestKnown, known.count < Self.mostKnown {
      // Of its own: the bytes that were read are many more.
      known[ByteBuffer(bytes: block.readableBytesView)] = statuses
    }
    return statuses
  }

  /// Without padding and priority (RFC 9113 §6.2).
  private static func fragment(of frame: FrameScanner.Frame) -> ByteBuffer? {
    guard var payload = frame.payload, frame.type == FrameScanner.FrameType.headers else {
      return frame.payload
    }
    let padding = frame.isPadded ? Int(payload.readInteger(as: UInt8.self) ?? 0) : 0
    if frame.hasPriority { payload.moveReaderIndex(forwardBy: min(5, payload.readableBytes)) }
    return payload.readSlice(length: max(0, payload.readableBytes - padding))
  }
}
