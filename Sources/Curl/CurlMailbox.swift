private import CCurl
import Synchronization

/// What other threads want of the curl thread.
final class CurlMailbox: Sendable {
  enum Order: Sendable {
    case start(UInt64, CurlRequest, CurlPipe)
    /// The reader has room again.
    case resume(UInt64)
    case cancel(UInt64)
  }

  private struct State {
    var orders: [Order] = []
    var isClosed = false
    /// The handle is gone or going.
    var isDeaf = false
  }

  private let state = Mutex(State())

  /// curl_multi_wakeup is the one function that libcurl allows from any thread; the lock keeps the
  /// handle alive meanwhile.
  private nonisolated(unsafe) let multi: UnsafeMutableRawPointer

  init(multi: UnsafeMutableRawPointer) {
    self.multi = multi
  }

  func post(_ order: Order) {
    let isOpen = state.withLock { state in
      guard !state.isClosed else { return false }
      state.orders.append(order)
      curl_multi_wakeup(multi)
      return true
    }
    if !isOpen, case .start(_, _, let pipe) = order { pipe.finish(.cancelled) }
  }

  /// What comes later is cancelled at once.
  func closeForever() {
    state.withLock { state in
      state.isClosed = true
      if !state.isDeaf { curl_multi_wakeup(multi) }
    }
  }

  /// Everything posted since the last call. After it said that the mailbox is closed, nothing comes
  /// any more and the handle may go.
  func empty() -> (orders: [Order], isClosed: Bool) {
    state.withLock { state in
      state.isDeaf = state.isClosed
      defer { state.orders = [] }
      return (state.orders, state.isClosed)
    }
  }
}
