internal import NIOCore

/// What the frames of a relayed connection say about its streams.
struct RelayedStreams {
  enum Change {
    case began
    /// The whole response has come.
    case answered(PodCounts.Status, isCold: Bool)
    case ended(PodCounts.Loss)
  }

  private struct Stream {
    let isCold: Bool
    var httpStatus: Int?
    var grpcStatus: Int?
  }

  private var open: [UInt32: Stream] = [:]
  private var statuses = StatusReader()
  /// Whose header block is being read.
  private var headersOf: (stream: UInt32, endsStream: Bool)?
  /// The highest that a client has opened.
  private(set) var last: UInt32 = 0
  /// What the server has said in its last GOAWAY.
  private(set) var goAway: LabEvent.GoAway?

  var isEmpty: Bool { open.isEmpty }
  var count: Int { open.count }

  /// A frame of the client.
  /// - Parameter isCold: whether a request that begins now is one of the cold start.
  mutating func sent(_ frame: FrameScanner.Frame, isCold: Bool) -> Change? {
    switch frame.type {
    case FrameScanner.FrameType.headers where frame.stream > last:
      last = frame.stream
      open[frame.stream] = Stream(isCold: isCold)
      return .began
    case FrameScanner.FrameType.resetStream:
      return open.removeValue(forKey: frame.stream).map { _ in .ended(.cancelled) }
    case FrameScanner.FrameType.settings where !frame.isAcknowledgement:
      note(frame.payload)
      return nil
    default:
      return nil
    }
  }

  /// A frame of the server.
  mutating func received(_ frame: FrameScanner.Frame) -> Change? {
    switch frame.type {
    case FrameScanner.FrameType.headers:
      headersOf = (frame.stream, frame.endsStream)
      return headers(frame)
    case FrameScanner.FrameType.continuation:
      return headers(frame)
    case FrameScanner.FrameType.data where frame.endsStream:
      return answer(frame.stream)
    case FrameScanner.FrameType.resetStream:
      let code = frame.payload?.getInteger(at: frame.payload?.readerIndex ?? 0, as: UInt32.self)
      // RFC 9113 §7: REFUSED_STREAM.
      return open.removeValue(forKey: frame.stream).map { _ in
        .ended(code == 7 ? .refused : .reset)
      }
    case FrameScanner.FrameType.goAway:
      goAway = frame.payload.flatMap(LabEvent.GoAway.init)
      return nil
    default:
      return nil
    }
  }

  private mutating func headers(_ frame: FrameScanner.Frame) -> Change? {
    guard let read = statuses.read(frame), let (stream, endsStream) = headersOf else { return nil }
    // An informational response is not the answer (RFC 9110 §15.2).
    if let http = read.http, http >= 200 { open[stream]?.httpStatus = http }
    if let grpc = read.grpc { open[stream]?.grpcStatus = grpc }
    return endsStream ? answer(stream) : nil
  }

  /// What the client still sends on the stream is passed on and changes nothing.
  private mutating func answer(_ stream: UInt32) -> Change? {
    open.removeValue(forKey: stream).map { stream in
      let status =
        stream.grpcStatus.map(PodCounts.Status.grpc)
        ?? stream.httpStatus.map(PodCounts.Status.http) ?? .unseen
      return .answered(status, isCold: stream.isCold)
    }
  }

  private mutating func note(_ settings: ByteBuffer?) {
    guard var settings else { return }
    while let (name, value) = settings.readMultipleIntegers(as: (UInt16, UInt32).self) {
      if name == 0x1 { statuses.setTableSize(Int(value)) }
    }
  }
}

extension LabEvent.GoAway {
  /// The payload of a frame (RFC 9113 §6.8).
  init?(_ payload: ByteBuffer) {
    var payload = payload
    guard let (last, code) = payload.readMultipleIntegers(as: (UInt32, UInt32).self) else {
      return nil
    }
    self.init(
      lastStream: Int(last & 0x7FFF_FFFF), code: Int(code), debug: String(buffer: payload))
  }
}
