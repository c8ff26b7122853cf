import Glibc

/// An address that answers nothing, as behind a firewall: a listener whose queue is full, so that
/// the kernel drops further SYNs (listen(2), tcp_abort_on_overflow in tcp(7)).
struct BlackHole: ~Copyable {
  let port: UInt16
  private let sockets: [Int32]

  init() throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 0) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else {
      throw Subprocess.Failure(description: "no listener: \(String(cString: strerror(errno)))")
    }
    // One is established in the queue, and one waits for a place in it.
    let clients = (0..<4).map { _ in
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      _ = fcntl(client, F_SETFL, O_NONBLOCK)
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) }
      }
      return client
    }
    sockets = [listener] + clients
    for socket in sockets { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { for socket in sockets { close(socket) } }
}
