/// Events in order. The ends of streams, of which there are millions, are plain data in a ring; the
/// rare others wait in an array, their turn marked in the ring by an end of stream 0.
struct EventQueue: ~Copyable {
  private var ring = UnsafeMutableBufferPointer<StreamEnd>(start: nil, count: 0)
  private var first = 0
  private(set) var count = 0
  private var others: [Event] = []

  deinit {
    ring.deallocate()
  }

  @inline(__always)
  mutating func append(_ end: StreamEnd) {
    if count == ring.count { grow() }
    (ring.baseAddress.unsafelyUnwrapped + ((first &+ count) & (ring.count &- 1)))
      .initialize(to: end)
    count += 1
  }

  /// For every other event than the end of a stream.
  mutating func append(other event: Event) {
    others.append(event)
    append(StreamEnd())
  }

  /// Whether the newest event is `settingsChanged`: a second one would say nothing new.
  var endsWithSettingsChanged: Bool {
    guard count > 0, ring[(first &+ count &- 1) & (ring.count &- 1)].stream == 0,
      case .settingsChanged? = others.last
    else { return false }
    return true
  }

  @inline(__always)
  mutating func next() -> Event? {
    guard count > 0 else { return nil }
    let end = ring[first & (ring.count &- 1)]
    first &+= 1
    count -= 1
    return end.stream != 0 ? .streamEnded(end) : nextOther()
  }

  @inline(never)
  private mutating func nextOther() -> Event {
    others.removeFirst()
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<StreamEnd>.allocate(capacity: max(2, ring.count * 2))
    for index in 0..<count {
      (larger.baseAddress.unsafelyUnwrapped + index)
        .initialize(to: ring[(first &+ index) & (ring.count &- 1)])
    }
    ring.deallocate()
    ring = larger
    first = 0
  }
}
