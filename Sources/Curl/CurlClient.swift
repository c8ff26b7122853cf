private import CCurl
private import Glibc
private import Synchronization

/// Speaks HTTP through libcurl: one thread, one multi handle, any number of exchanges at once, and
/// connections that are kept for the next request. The thread starts with the first request.
///
/// Ends with `shutDown()` or with the last reference; exchanges still open are then `.cancelled`.
package final class CurlClient: Sendable {
  private enum State {
    case idle
    case running(pthread_t, CurlMailbox)
    case closed
  }

  private struct Guarded {
    var state = State.idle
    var lastID: UInt64 = 0
  }

  private let guarded = Mutex(Guarded())

  private static let libraryStatus = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private let idleConnections: Int?
  private let sockets: CurlSockets?

  /// - Parameters:
  ///   - idleConnections: how many it keeps for the next request; nil leaves it to libcurl, which
  ///     then keeps few when little is under way.
  ///   - sockets: hears of every connection.
  package init(idleConnections: Int? = nil, sockets: CurlSockets? = nil) {
    self.idleConnections = idleConnections
    self.sockets = sockets
  }

  deinit { shutDown() }

  /// Cancels what is open and waits for the thread, which takes no longer than a wake-up.
  package func shutDown() {
    let state = guarded.withLock { guarded in
      defer { guarded.state = .closed }
      return guarded.state
    }
    if case .running(let thread, let mailbox) = state {
      mailbox.closeForever()
      pthread_join(thread, nil)
    }
  }

  /// Sends a request; the exchange says what comes of it.
  package func start(_ request: CurlRequest) -> CurlExchange {
    let pipe = CurlPipe()
    do throws(CurlError) {
      let (id, mailbox) = try guarded.withLock { guarded throws(CurlError) in
        guarded.lastID += 1
        return (guarded.lastID, try running(&guarded.state))
      }
      mailbox.post(.start(id, request, pipe))
      return CurlExchange(id: id, pipe: pipe, mailbox: mailbox)
    } catch {
      pipe.finish(error)
      return CurlExchange(id: 0, pipe: pipe, mailbox: nil)
    }
  }

  /// Sends a request and collects its response.
  /// - Parameter limit: the bytes that the body may have; one that is larger throws `.tooLarge`.
  package func response(
    to request: CurlRequest, limit: Int
  ) async throws(CurlError) -> CurlResponse {
    let exchange = start(request)
    let head = try await exchange.head()
    var body: [UInt8] = []
    while let bytes = try await exchange.next() {
      if body.count + bytes.count > limit {
        throw CurlError(.tooLarge, "the response has more than \(limit) bytes")
      }
      body += bytes
    }
    return CurlResponse(head: head, body: body)
  }

  private func running(_ state: inout State) throws(CurlError) -> CurlMailbox {
    switch state {
    case .running(_, let mailbox): return mailbox
    case .closed: throw .cancelled
    case .idle: break
    }
    guard Self.libraryStatus == CURLE_OK, let multi = curl_multi_init() else {
      throw CurlError(code: Self.libraryStatus, message: "")
    }
    if let idleConnections { lbcheck_curl_keep(multi, idleConnections) }
    let mailbox = CurlMailbox(multi: multi)
    let loop = Unmanaged.passRetained(
      CurlLoop(multi: multi, mailbox: mailbox, sockets: sockets))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<CurlLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, loop.toOpaque())
    guard status == 0 else {
      loop.release()
      curl_multi_cleanup(multi)
      throw CurlError(.other, "pthread_create: \(String(cString: strerror(status)))")
    }
    state = .running(thread, mailbox)
    return mailbox
  }
}
