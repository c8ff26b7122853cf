import Dispatch
import Glibc
import Synchronization

/// SIGINT, SIGTERM and SIGHUP handled here, in place of what they would do to this process, for as long as
/// the sources are held.
func onSignals(_ handle: @escaping @Sendable (Int32) -> Void) -> [any DispatchSourceSignal] {
  [SIGINT, SIGTERM, SIGHUP].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { handle(number) }
    source.resume()
    return source
  }
}

/// The same as values.
struct Signals {
  let stream: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.stream = stream
    sources = onSignals { continuation.yield($0) }
  }
}

/// The first signal that came to this process; later ones do not replace it.
final class FirstSignal: Sendable {
  private let first = Mutex<Int32?>(nil)

  var number: Int32? { first.withLock { $0 } }

  /// True for the first one only.
  @discardableResult
  func note(_ signal: Int32) -> Bool {
    first.withLock { first in
      guard first == nil else { return false }
      first = signal
      return true
    }
  }
}
