private import CAres
private import Glibc
import Synchronization

/// What other threads want of the DNS thread, and the bell that wakes it from poll(2).
final class Mailbox: Sendable {
  struct Question: Sendable {
    let id: UInt64
    let name: String
    let type: DNSRecordType
    let continuation: CheckedContinuation<DNSExchange, Never>
  }

  struct Contents: Sendable {
    var questions: [Question] = []
    var cancelled: [UInt64] = []
    var isClosed = false
  }

  private struct State {
    var contents = Contents()
    var lastID: UInt64 = 0
  }

  private let state = Mutex(State())

  /// One end of a socket pair: readable when something was posted.
  let bell: Int32

  private let ringer: Int32

  init() throws(DNSClientError) {
    var ends: [Int32] = [-1, -1]
    let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard socketpair(AF_UNIX, Int32(type), 0, &ends) == 0 else {
      throw DNSClientError.system(call: "socketpair", code: errno)
    }
    (bell, ringer) = (ends[0], ends[1])
  }

  deinit {
    close(bell)
    close(ringer)
  }

  func nextID() -> UInt64 {
    state.withLock {
      $0.lastID += 1
      return $0.lastID
    }
  }

  func post(_ question: Question) {
    let isOpen = state.withLock {
      guard !$0.contents.isClosed else { return false }
      $0.contents.questions.append(question)
      return true
    }
    if isOpen { ring() } else { question.continuation.resume(returning: .cancelled) }
  }

  func cancel(_ id: UInt64) {
    state.withLock { $0.contents.cancelled.append(id) }
    ring()
  }

  /// Questions that come later are cancelled at once.
  func closeForever() {
    state.withLock { $0.contents.isClosed = true }
    ring()
  }

  /// Everything posted since the last call.
  func empty() -> Contents {
    var rings = [UInt8](repeating: 0, count: 256)
    while read(bell, &rings, rings.count) == rings.count {}
    return state.withLock { state in
      defer { state.contents = Contents(isClosed: state.contents.isClosed) }
      return state.contents
    }
  }

  /// A full socket is as good: the thread wakes either way.
  private func ring() {
    var one: UInt8 = 1
    _ = write(ringer, &one, 1)
  }
}
