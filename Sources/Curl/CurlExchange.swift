/// A request on its way and the response as it arrives. Has one reader at a time. Is given up when
/// the reading task is cancelled, and when nobody holds it any more.
package final class CurlExchange: Sendable {
  private let id: UInt64
  private let pipe: CurlPipe
  private let mailbox: CurlMailbox?

  /// Without a mailbox nothing runs: the pipe has its end already.
  init(id: UInt64, pipe: CurlPipe, mailbox: CurlMailbox?) {
    self.id = id
    self.pipe = pipe
    self.mailbox = mailbox
  }

  deinit { mailbox?.post(.cancel(id)) }

  /// Waits for the response's head; interim responses are not shown.
  package func head() async throws(CurlError) -> CurlResponseHead {
    try await cancelling { () async throws(CurlError) in try await pipe.head() }
  }

  /// Waits for a part of the body: the bytes in order, in parts of any size, at most a few hundred
  /// KiB. Nil at the end of the body; throws where the connection broke before it.
  package func next() async throws(CurlError) -> [UInt8]? {
    let (bytes, resumes) = try await cancelling { () async throws(CurlError) in
      try await pipe.next()
    }
    if resumes { mailbox?.post(.resume(id)) }
    return bytes
  }

  /// On which of the client's `CurlSockets` it went out so far; more than one where libcurl sent it
  /// again, since a connection that it had kept was gone.
  package var sockets: [Int] { pipe.sockets }

  /// Ends it at once: whoever reads gets `.cancelled`.
  package func cancel() {
    pipe.finish(.cancelled)
    mailbox?.post(.cancel(id))
  }

  private func cancelling<Value: Sendable>(
    _ body: @Sendable () async throws(CurlError) -> Value
  ) async throws(CurlError) -> Value {
    let result: Result<Value, CurlError> = await withTaskCancellationHandler {
      do throws(CurlError) { return .success(try await body()) } catch { return .failure(error) }
    } onCancel: {
      cancel()
    }
    return try result.get()
  }
}
