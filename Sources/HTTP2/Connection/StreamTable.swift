/// The streams of a connection, found by id without a dictionary: a ring indexed by the id, which
/// grows with the number of streams alive at once. A stream that outlives a whole round of the ring
/// is set aside, so that one slow stream does not make the ring as long as its life.
struct StreamTable: ~Copyable {
  typealias Slot = UnsafeMutablePointer<StreamSlot>

  /// Streams that have not ended.
  private(set) var liveCount = 0

  // Places hold streams that live or once lived.
  private var ring: UnsafeMutableBufferPointer<StreamSlot>
  // Streams pushed out of the ring alive, in no order; those that ended leave at once.
  private var aside = UnsafeMutableBufferPointer<StreamSlot>(start: nil, count: 0)
  private var asideCount = 0

  static let emptySlot = {
    var slot = StreamSlot(
      stream: 0, token: 0, sendWindow: 0, receiveWindow: 0, isHead: false)
    slot.state = .unused
    return slot
  }()

  init() {
    ring = Self.emptyRing(2)
  }

  deinit {
    ring.deallocate()
    aside.deallocate()
  }

  private static func emptyRing(_ capacity: Int) -> UnsafeMutableBufferPointer<StreamSlot> {
    let ring = UnsafeMutableBufferPointer<StreamSlot>.allocate(capacity: capacity)
    ring.initialize(repeating: emptySlot)
    return ring
  }

  @inline(__always)
  private func home(of stream: UInt32) -> Slot {
    ring.baseAddress.unsafelyUnwrapped + (Int(stream >> 1) & (ring.count &- 1))
  }

  /// The stream with this id, in whatever state; nil when it is forgotten or never was. Valid until
  /// the next `insert` or `close`.
  @inline(__always)
  func find(_ stream: UInt32) -> Slot? {
    let slot = home(of: stream)
    if slot.pointee.end.stream == stream { return slot }
    return asideCount == 0 ? nil : findAside(stream)
  }

  /// The stream with this id if it has not ended.
  @inline(__always)
  func findLive(_ stream: UInt32) -> Slot? {
    guard let slot = find(stream), slot.pointee.state == .open else { return nil }
    return slot
  }

  @inline(never)
  private func findAside(_ stream: UInt32) -> Slot? {
    guard let first = aside.baseAddress else { return nil }
    for index in 0..<asideCount where first[index].end.stream == stream {
      return first + index
    }
    return nil
  }

  /// Adds a stream with a new id, open. Valid until the next `insert` or `close`.
  @inline(__always)
  mutating func insert(_ stream: StreamSlot) -> Slot {
    if home(of: stream.end.stream).pointee.state == .open { clearHome(of: stream.end.stream) }
    let slot = home(of: stream.end.stream)
    slot.pointee = stream
    liveCount += 1
    return slot
  }

  /// Ends a stream; what is known of it stays readable for a while.
  @inline(__always)
  mutating func close(_ slot: Slot, as state: StreamSlot.State) {
    slot.pointee.state = state
    liveCount -= 1
    if asideCount > 0 { forgetIfAside(slot) }
  }

  /// The ids of all streams that have not ended, ascending.
  func liveStreams() -> [UInt32] {
    var streams = ring.filter { $0.state == .open }.map(\.end.stream)
    streams += aside.prefix(asideCount).map { $0.end.stream }
    return streams.sorted()
  }

  /// Calls `body` with every stream that has not ended, in no order.
  func forEachLive(_ body: (Slot) -> Void) {
    for index in ring.indices {
      let slot = ring.baseAddress.unsafelyUnwrapped + index
      if slot.pointee.state == .open { body(slot) }
    }
    guard let first = aside.baseAddress else { return }
    for index in 0..<asideCount { body(first + index) }
  }

  /// Frees the place of a new stream: a crowded ring grows; otherwise the old stream moves aside.
  @inline(never)
  private mutating func clearHome(of stream: UInt32) {
    while home(of: stream).pointee.state == .open {
      if liveCount * 2 >= ring.count {
        growRing()
      } else {
        setAside(home(of: stream).pointee)
        home(of: stream).pointee = Self.emptySlot
      }
    }
  }

  private mutating func growRing() {
    let old = ring
    ring = Self.emptyRing(old.count * 2)
    for slot in old where slot.state != .unused {
      home(of: slot.end.stream).pointee = slot
    }
    old.deallocate()
  }

  private mutating func setAside(_ stream: StreamSlot) {
    if asideCount == aside.count {
      let larger = UnsafeMutableBufferPointer<StreamSlot>.allocate(
        capacity: max(4, aside.count * 2))
      _ = larger.initialize(from: aside.prefix(asideCount))
      aside.deallocate()
      aside = larger
    }
    aside[asideCount] = stream
    asideCount += 1
  }

  private mutating func forgetIfAside(_ slot: Slot) {
    guard let first = aside.baseAddress, first <= slot, slot < first + asideCount else { return }
    asideCount -= 1
    slot.pointee = first[asideCount]
  }
}
