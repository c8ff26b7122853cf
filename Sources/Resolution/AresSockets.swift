internal import CAres
internal import Glibc
import Naming

/// The sockets of the channel. c-ares hides which server answered, how, and why a query failed, so
/// all its socket calls pass through here; they do nothing but note that.
final class AresSockets {
  struct Socket {
    let transport: DNSAnswer.Transport
    var server: NameServer?
    /// Bytes of a TCP stream that do not make a whole message yet.
    var received: [UInt8] = []
  }

  enum Event {
    case sent(DNSMessage, NameServer?, DNSAnswer.Transport)
    case received(DNSMessage, NameServer?, DNSAnswer.Transport)
    /// The right id in front of something that is no DNS message.
    case garbled(id: UInt16)
    /// The errno, and the socket's server and transport: it concerns whoever was sent over it last.
    case failed(Int32, NameServer?, DNSAnswer.Transport)
  }

  private var sockets: [Int32: Socket] = [:]

  /// Called on the DNS thread, from inside c-ares: must not call it back.
  var observe: (Event) -> Void = { _ in }

  func open(_ family: Int32, _ type: Int32, _ proto: Int32) -> Int32 {
    let descriptor = socket(
      family, type | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), proto)
    guard descriptor >= 0 else { return descriptor }
    let isStream = type == Int32(SOCK_STREAM.rawValue)
    sockets[descriptor] = Socket(transport: isStream ? .tcp : .udp)
    var one: Int32 = 1
    var bufferSize: Int32 = 1 << 20
    let size = socklen_t(MemoryLayout<Int32>.size)
    if isStream {
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
    } else {
      // Best effort: many large answers may come at once.
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bufferSize, size)
    }
    return descriptor
  }

  func closeSocket(_ descriptor: Int32) -> Int32 {
    sockets[descriptor] = nil
    return close(descriptor)
  }

  func connectSocket(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>?, _ length: socklen_t
  ) -> Int32 {
    sockets[descriptor]?.server = address.flatMap(Self.nameServer)
    let result = connect(descriptor, address, length)
    if result < 0, errno != EINPROGRESS { failed(descriptor) }
    return result
  }

  func receive(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ size: Int, _ flags: Int32,
    _ from: UnsafeMutablePointer<sockaddr>?, _ fromLength: UnsafeMutablePointer<socklen_t>?
  ) -> Int {
    let count = recvfrom(descriptor, buffer, size, flags, from, fromLength)
    if count < 0 || (count == 0 && sockets[descriptor]?.transport == .tcp) {
      if count == 0 || (errno != EAGAIN && errno != EINTR) { failed(descriptor, atEnd: count == 0) }
      return count
    }
    note(UnsafeRawBufferPointer(start: buffer, count: count), on: descriptor, wasSent: false)
    return count
  }

  func send(_ descriptor: Int32, _ vectors: UnsafePointer<iovec>?, _ count: Int32) -> Int {
    let sent = writev(descriptor, vectors, count)
    if sent < 0 {
      if errno != EAGAIN && errno != EINTR { failed(descriptor) }
      return sent
    }
    for vector in UnsafeBufferPointer(start: vectors, count: Int(count)) {
      note(
        UnsafeRawBufferPointer(start: vector.iov_base, count: vector.iov_len), on: descriptor,
        wasSent: true)
    }
    return sent
  }

  private func failed(_ descriptor: Int32, atEnd: Bool = false) {
    let code = atEnd ? ECONNRESET : errno
    guard let socket = sockets[descriptor] else { return }
    observe(.failed(code, socket.server, socket.transport))
    // c-ares reads it again.
    errno = code
  }

  private func note(_ bytes: UnsafeRawBufferPointer, on descriptor: Int32, wasSent: Bool) {
    guard let socket = sockets[descriptor] else { return }
    guard socket.transport == .tcp else { return message(bytes, socket, wasSent) }
    var stream = wasSent ? Array(bytes) : socket.received + bytes
    while stream.count >= 2, case let end = 2 + Int(stream[0]) << 8 + Int(stream[1]),
      stream.count >= end
    {
      stream.withUnsafeBytes {
        message(UnsafeRawBufferPointer(rebasing: $0[2..<end]), socket, wasSent)
      }
      stream.removeFirst(end)
    }
    if !wasSent { sockets[descriptor]?.received = stream }
  }

  private func message(_ bytes: UnsafeRawBufferPointer, _ socket: Socket, _ wasSent: Bool) {
    guard bytes.count >= 2 else { return }
    do throws(DNSMessage.Malformed) {
      let head = try DNSMessage(head: bytes)
      observe(
        wasSent
          ? .sent(head, socket.server, socket.transport)
          : .received(head, socket.server, socket.transport))
    } catch {
      if !wasSent { observe(.garbled(id: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))) }
    }
  }

  private static func nameServer(_ address: UnsafePointer<sockaddr>) -> NameServer? {
    let raw = UnsafeRawPointer(address)
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      let v4 = raw.loadUnaligned(as: sockaddr_in.self)
      let host = IPAddress.v4(UInt32(bigEndian: v4.sin_addr.s_addr))
      return NameServer(host: host.description, port: UInt16(bigEndian: v4.sin_port))
    case AF_INET6:
      let v6 = raw.loadUnaligned(as: sockaddr_in6.self)
      let host = withUnsafeBytes(of: v6.sin6_addr) { IPAddress(v6Bytes: $0) }
      return NameServer(host: host.description, port: UInt16(bigEndian: v6.sin6_port))
    default: return nil
    }
  }
}
