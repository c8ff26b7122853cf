/// The client side of one HTTP/2 connection (RFC 9113) as a value: bytes in, events and bytes out.
/// It knows no socket and no clock; the owner moves the bytes, takes the events after each call that
/// may cause some, and sets its own deadlines. Opening a stream and reading its response allocate
/// nothing once the connection has seen the request before.
package struct ClientConnection: ~Copyable {
  // What both ends said.
  let settings: ClientSettings
  var peer = PeerSettings()
  var output = OutputBuffer()
  var events = EventQueue()
  let observer: (any FrameObserver)?

  // Requests.
  var encoder = HeaderEncoder()
  var prepared = PreparedRequests()
  var unsentBodies: [UnsentBody] = []
  var nextStream: UInt32 = 1
  /// The first stream of which nothing has been drained from the output yet.
  var firstUndrained: UInt32 = 1
  /// Bytes of DATA that the server takes on the connection.
  var sendWindow = PeerSettings.defaultWindow

  // Responses.
  var streams = StreamTable()
  var decoder: HeaderDecoder
  var partialFrame: [UInt8] = []
  var partialBlock = PartialBlock()
  /// Bytes of DATA that the server may still send on the connection.
  var receiveWindow: Int
  /// What a new stream may receive: ours once the server has acknowledged it.
  var streamReceiveWindow = Int32(PeerSettings.defaultWindow)

  /// Bodies of streams whose requests ask for them, until they are taken.
  var bodies: [UInt32: [UInt8]] = [:]

  // The connection's own life.
  var phase = Phase.awaitingSettings
  var settingsAcknowledged = false
  var sentGoAway = false
  /// The last stream that the server will process, once it has sent GOAWAY.
  var lastStream: UInt32?
  var pings: [UInt64] = []

  // Bounds against floods; see `ClientSettings`.
  var queuedReplies = 0
  var idleFrames = 0

  /// The output holds the preface, SETTINGS and the connection's WINDOW_UPDATE at once.
  /// `values` is where watched values get their ids; `observer` sees every frame.
  package init(
    settings: ClientSettings, watch: WatchList, values: ValuePool,
    observer: (any FrameObserver)? = nil
  ) {
    self.settings = settings
    self.observer = observer
    decoder = HeaderDecoder(tableSize: settings.headerTableSize, watch: watch, values: values)
    receiveWindow = PeerSettings.defaultWindow
    sendPreface()
  }

  /// Whether `open` would succeed now.
  package var canOpen: Bool {
    phase == .ready && lastStream == nil && !sentGoAway && nextStream <= PeerSettings.lastStreamID
      && UInt32(truncatingIfNeeded: streams.liveCount) < peer.maxConcurrentStreams
  }

  /// No stream can be opened any more: GOAWAY was seen or sent, the connection is over, or the
  /// stream ids are used up (RFC 9113 §5.1.1).
  package var isDraining: Bool {
    phase == .over || lastStream != nil || sentGoAway || nextStream > PeerSettings.lastStreamID
  }

  /// Streams opened that have neither ended nor been cancelled.
  package var activeStreams: Int { streams.liveCount }

  /// Streams ever opened (RFC 9113 §5.1.1: a client's have odd ids).
  package var openedStreams: Int { Int(nextStream / 2) }

  /// The server's MAX_CONCURRENT_STREAMS; `UInt32.max` when it set no limit.
  package var peerMaxConcurrentStreams: UInt32 { peer.maxConcurrentStreams }

  /// Bytes waiting for `drainOutput`.
  package var pendingOutput: Int { output.count }

  /// Hands over everything that waits to be sent; the output is empty afterwards. The bytes are
  /// valid during the call only.
  @inlinable
  package mutating func drainOutput<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    defer { outputDrained() }
    return body(outputBytes)
  }

  @usableFromInline
  var outputBytes: UnsafeRawBufferPointer { output.bytes() }

  @usableFromInline
  mutating func outputDrained() {
    output.clear()
    firstUndrained = nextStream
    queuedReplies = 0
  }

  /// The oldest event not taken yet. The owner may open and cancel streams between two calls.
  package mutating func nextEvent() -> Event? {
    events.next()
  }
}

extension ClientConnection {
  enum Phase {
    /// Nothing but SETTINGS may come first (RFC 9113 §3.4).
    case awaitingSettings
    case ready
    /// Failed, or closed by either side's socket: nothing is read or sent any more.
    case over
  }

  /// A header block whose CONTINUATION frames are still coming (RFC 9113 §6.10).
  struct PartialBlock {
    /// 0: no block is open.
    var stream: UInt32 = 0
    var endsStream = false
    var continuations = 0
    var bytes: [UInt8] = []
  }

  /// A request body of which the windows have not let everything through.
  struct UnsentBody {
    let stream: UInt32
    let request: RequestTemplate
    var sent: Int
  }
}
