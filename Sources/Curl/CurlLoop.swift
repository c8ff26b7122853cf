internal import CCurl
private import Glibc

/// What the curl thread does: starts, carries and ends transfers on one multi handle, which keeps
/// the connections for those that come later.
final class CurlLoop {
  private let multi: UnsafeMutableRawPointer
  private let mailbox: CurlMailbox
  /// Outlives the handle, whose last connections close with it.
  private let sockets: CurlSockets?
  /// What the route's name stands for in the multi handle, which remembers it.
  private var resolved: [CurlAddress] = []
  private var transfers: [UInt64: CurlTransfer] = [:]
  private var ids: [UnsafeMutableRawPointer: UInt64] = [:]

  init(multi: UnsafeMutableRawPointer, mailbox: CurlMailbox, sockets: CurlSockets?) {
    self.multi = multi
    self.mailbox = mailbox
    self.sockets = sockets
  }

  /// Returns after the mailbox was closed; every transfer has ended then.
  func run() {
    // Handlers run on the threads that expect them; and OpenSSL, writing to a peer that is gone, would
    // end the process with SIGPIPE.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    while true {
      let (orders, isClosed) = mailbox.empty()
      orders.forEach(carryOut)
      if isClosed { break }
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      endFinished()
      endLate()
      curl_multi_poll(multi, nil, 0, patience(), nil)
    }
    for id in Array(transfers.keys) { end(id, .cancelled) }
    curl_multi_cleanup(multi)
  }

  private func carryOut(_ order: CurlMailbox.Order) {
    switch order {
    case .start(let id, let request, let pipe):
      do throws(CurlError) {
        let addresses = request.route
        let transfer = try CurlTransfer(
          request, pipe, sockets: sockets, resolves: addresses != resolved)
        resolved = addresses
        transfers[id] = transfer
        ids[transfer.handle] = id
        let code = curl_multi_add_handle(multi, transfer.handle)
        if code != CURLM_OK {
          end(id, CurlError(.other, String(cString: curl_multi_strerror(code))))
        }
      } catch {
        pipe.finish(error)
      }
    case .resume(let id):
      if let transfer = transfers[id] { curl_easy_pause(transfer.handle, CURLPAUSE_CONT) }
    case .cancel(let id): end(id, .cancelled)
    }
  }

  private func endFinished() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
        let id = ids[handle], let transfer = transfers[id]
      else { continue }
      // The message is gone with the handle.
      end(id, transfer.error(message.pointee.data.result))
    }
  }

  private func endLate() {
    let now = ContinuousClock.now
    for (id, transfer) in transfers {
      if let error = transfer.lateness(now) { end(id, error) }
    }
  }

  private func end(_ id: UInt64, _ error: CurlError?) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    ids[transfer.handle] = nil
    curl_multi_remove_handle(multi, transfer.handle)
    transfer.finish(error)
  }

  /// In milliseconds, until the next head is late; libcurl knows its own timers.
  private func patience() -> Int32 {
    guard let deadline = transfers.values.compactMap(\.headDeadline).min() else { return 60_000 }
    // Rounded up, or the last millisecond would be spent spinning.
    return Int32(clamping: max(0, ContinuousClock.now.duration(to: deadline).milliseconds + 1))
  }
}

extension Duration {
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
