import Synchronization

/// What the curl thread has received of one response and its reader has not taken yet.
final class CurlPipe: Sendable {
  /// More than this is left in the socket, so that a reader that is slow slows the server down.
  static let capacity = 256 * 1024

  private struct State {
    var head: CurlResponseHead?
    var bytes: [UInt8] = []
    var end: End?
    var sockets: [Int] = []
    var isPaused = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private enum End {
    case complete
    case failed(CurlError)
  }

  private let state = Mutex(State())

  // MARK: The curl thread's side

  /// The request goes out on this socket now.
  func use(_ socket: Int) {
    change { $0.sockets.append(socket) }
  }

  func receive(_ head: CurlResponseHead) {
    change { $0.head = head }
  }

  /// False where the reader has enough for now: the bytes were not taken.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    change { state in
      state.isPaused = state.bytes.count >= Self.capacity
      if !state.isPaused { state.bytes += bytes }
      return !state.isPaused
    }
  }

  /// The first end counts.
  func finish(_ error: CurlError?) {
    change { $0.end = $0.end ?? error.map(End.failed) ?? .complete }
  }

  // MARK: The reader's side

  var sockets: [Int] { state.withLock { $0.sockets } }

  func head() async throws(CurlError) -> CurlResponseHead {
    await wait { $0.head != nil || $0.end != nil }
    return try state.withLock { state throws(CurlError) in
      // What came before a failure is worth reading, except to somebody who has given up.
      if case .failed(let error)? = state.end, state.head == nil || error.kind == .cancelled {
        throw error
      }
      guard let head = state.head else { throw CurlError(.interrupted, "no response") }
      return head
    }
  }

  /// The bytes received since the last call, nil at the end of the body; and whether the thread
  /// waits to be told to go on.
  func next() async throws(CurlError) -> (bytes: [UInt8]?, resumes: Bool) {
    await wait { !$0.bytes.isEmpty || $0.end != nil }
    return try state.withLock { state throws(CurlError) in
      if case .failed(let error)? = state.end, state.bytes.isEmpty || error.kind == .cancelled {
        throw error
      }
      if state.bytes.isEmpty { return (nil, false) }
      defer { (state.bytes, state.isPaused) = ([], false) }
      return (state.bytes, state.isPaused)
    }
  }

  private func wait(until isReady: @Sendable (borrowing State) -> Bool) async {
    while true {
      if state.withLock({ isReady($0) }) { return }
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if isReady(state) { return true }
          precondition(state.waiter == nil, "a response has one reader")
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    }
  }

  @discardableResult
  private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    let (value, waiter) = state.withLock { state in
      let value = body(&state)
      defer { state.waiter = nil }
      return (value, state.waiter)
    }
    waiter?.resume()
    return value
  }
}
