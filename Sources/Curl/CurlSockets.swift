internal import CCurl
private import Glibc
private import Synchronization

/// The connections of one client, in the order in which they were started. What libcurl says of its
/// pool is read here from the sockets themselves: opened, used for a request, closed.
package final class CurlSockets: Sendable {
  private struct State {
    var records: [CurlSocket] = []
    var numberOfDescriptor: [Int32: Int] = [:]
    var numberOfEnds: [CurlSocket.Ends: Int] = [:]
    /// Those that no request has used yet.
    var unused: Set<Int32> = []
  }

  private let state = Mutex(State())
  private let redirect: @Sendable () -> CurlAddress?

  /// - Parameter redirect: asked for every new connection, where it is to lead instead; nil leaves
  ///   it as it is.
  package init(redirect: @escaping @Sendable () -> CurlAddress? = { nil }) {
    self.redirect = redirect
  }

  package var records: [CurlSocket] { state.withLock { $0.records } }

  package subscript(number: Int) -> CurlSocket { state.withLock { $0.records[number] } }

  /// - Parameters:
  ///   - use: called with `transfer` before each of its requests.
  func watch(
    _ handle: UnsafeMutableRawPointer, _ use: curl_prereq_callback,
    _ transfer: UnsafeMutableRawPointer
  ) -> CURLcode {
    lbcheck_curl_watch_sockets(
      handle,
      { context, _, address in
        guard let address, let sockets = CurlSockets.at(context) else { return CURL_SOCKET_BAD }
        return sockets.open(address)
      },
      { context, descriptor in
        CurlSockets.at(context)?.willClose(descriptor)
        return close(descriptor)
      },
      Unmanaged.passUnretained(self).toOpaque(), use, transfer)
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> CurlSockets? {
    context.map { Unmanaged<CurlSockets>.fromOpaque($0).takeUnretainedValue() }
  }

  private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
    redirect()?.replace(address)
    let to = address.pointee
    let descriptor = socket(to.family, to.socktype | Int32(SOCK_CLOEXEC.rawValue), to.protocol)
    let remote = withUnsafePointer(to: &address.pointee.addr) { CurlAddress($0, to.addrlen) }
    guard descriptor >= 0, let remote else { return descriptor }
    state.withLock { state in
      state.numberOfDescriptor[descriptor] = state.records.count
      state.unused.insert(descriptor)
      state.records.append(CurlSocket(remote: remote, startedAt: Self.now))
    }
    return descriptor
  }

  /// A request is about to go out between these ends.
  func used(_ ends: CurlSocket.Ends) -> Int? {
    state.withLock { state in
      if let number = state.numberOfEnds[ends] { return number }
      for descriptor in state.unused {
        guard let number = state.numberOfDescriptor[descriptor],
          state.records[number].remote.ip == ends.remoteIP,
          CurlAddress(localEndOf: descriptor) == ends.local
        else { continue }
        state.unused.remove(descriptor)
        state.numberOfEnds[ends] = number
        state.records[number].local = ends.local
        state.records[number].readyAt = Self.now
        return number
      }
      return nil
    }
  }

  private func willClose(_ descriptor: Int32) {
    state.withLock { state in
      guard let number = state.numberOfDescriptor.removeValue(forKey: descriptor) else { return }
      state.unused.remove(descriptor)
      let record = state.records[number]
      if let local = record.local {
        state.numberOfEnds[CurlSocket.Ends(local: local, remoteIP: record.remote.ip)] = nil
      }
      state.records[number].closedAt = Self.now
      state.records[number].end = Self.end(of: descriptor)
    }
  }

  /// What the other end has done of its own accord.
  private static func end(of descriptor: Int32) -> CurlSocket.End {
    var byte: UInt8 = 0
    switch recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) {
    case 0: return .peer
    case 1...: return .here
    default: break
    }
    return [EAGAIN, EWOULDBLOCK].contains(errno) ? .here : .broken(String(cString: strerror(errno)))
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
