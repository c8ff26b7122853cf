private import Glibc

/// Requests whose header block consists of indices by now: their frames are kept as bytes, to be
/// repeated with another stream id. Holds its templates, so that an identity stays theirs.
struct PreparedRequests: ~Copyable {
  /// HEADERS and, where there is a body, DATA. Plain data; the cache owns what it points to.
  struct Frames {
    fileprivate let template: Unmanaged<RequestTemplate>
    fileprivate let bytes: UnsafeRawBufferPointer
    /// Where the DATA frame begins; `bytes.count` without a body.
    fileprivate let dataStart: Int
    let bodyCount: Int
    let isHead: Bool

    /// The size of the output that `write` fills.
    var count: Int {
      @inline(__always) get { bytes.count }
    }

    @inline(__always)
    func write(to output: UnsafeMutableRawPointer, stream: UInt32) {
      memcpy(output, bytes.baseAddress.unsafelyUnwrapped, bytes.count)
      output.storeBytes(of: stream.bigEndian, toByteOffset: 5, as: UInt32.self)
      if bodyCount > 0 {
        output.storeBytes(of: stream.bigEndian, toByteOffset: dataStart + 5, as: UInt32.self)
      }
    }
  }

  private var known: [Frames] = []
  /// The encoder's table when `known` was made; another table makes it worthless.
  private var version: UInt32 = 0

  /// Templates in use at once on one connection; more are encoded anew each time.
  private static let limit = 4
  /// Longer bodies are not repeated from here.
  private static let largestBody = 1_024

  deinit {
    for frames in known { Self.release(frames) }
  }

  @inline(__always)
  func find(_ request: RequestTemplate, version: UInt32) -> Frames? {
    guard version == self.version else { return nil }
    let wanted = Unmanaged.passUnretained(request).toOpaque()
    for frames in known where frames.template.toOpaque() == wanted {
      return frames
    }
    return nil
  }

  /// Keeps a request whose `block` was encoded without changing the encoder's table.
  mutating func keep(_ request: RequestTemplate, block: [UInt8], version: UInt32) {
    guard request.body.count <= Self.largestBody else { return }
    if version != self.version {
      for frames in known { Self.release(frames) }
      known = []
      self.version = version
    }
    if known.count == Self.limit { Self.release(known.removeFirst()) }
    let dataStart = FrameHeader.size + block.count
    let hasBody = !request.body.isEmpty
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: dataStart + (hasBody ? FrameHeader.size + request.body.count : 0), alignment: 8)
    var headers = FrameHeader(length: block.count, type: .headers, flags: .endHeaders, stream: 0)
    if !hasBody { headers.flags.insert(.endStream) }
    guard let start = bytes.baseAddress else { return }
    headers.write(to: start)
    bytes[FrameHeader.size..<dataStart].copyBytes(from: block)
    if hasBody {
      FrameHeader(length: request.body.count, type: .data, flags: .endStream, stream: 0)
        .write(to: start + dataStart)
      bytes[(dataStart + FrameHeader.size)...].copyBytes(from: request.body)
    }
    known.append(
      Frames(
        template: Unmanaged.passRetained(request), bytes: UnsafeRawBufferPointer(bytes),
        dataStart: dataStart, bodyCount: request.body.count, isHead: request.isHead))
  }

  private static func release(_ frames: Frames) {
    frames.template.release()
    frames.bytes.deallocate()
  }
}
