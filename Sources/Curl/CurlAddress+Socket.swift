internal import CCurl
private import Glibc

extension CurlAddress {
  /// Nil for what is no IP address, such as that of a Unix socket.
  init?(_ address: UnsafePointer<sockaddr>, _ length: UInt32) {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let status = getnameinfo(
      address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
      NI_NUMERICHOST | NI_NUMERICSERV)
    guard status == 0, let number = UInt16(Self.text(port)) else { return nil }
    self.init(ip: Self.text(host), port: number)
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Our own end of a socket; nil where it has none yet.
  init?(localEndOf descriptor: Int32) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let address: CurlAddress? = withUnsafeMutableBytes(of: &storage) { bytes in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        getsockname(descriptor, start, &length) == 0
      else { return nil }
      return CurlAddress(start, length)
    }
    guard let address, address.port != 0 else { return nil }
    self = address
  }

  /// Makes a socket that libcurl is about to create lead here. libcurl gives more room than the
  /// declaration of `curl_sockaddr` shows: that of any address.
  func replace(_ destination: UnsafeMutablePointer<curl_sockaddr>) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    hints.ai_socktype = destination.pointee.socktype
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(ip, String(port), &hints, &list) == 0, let found = list?.pointee else {
      return
    }
    defer { freeaddrinfo(list) }
    destination.pointee.family = found.ai_family
    destination.pointee.addrlen = found.ai_addrlen
    if let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) {
      memcpy(UnsafeMutableRawPointer(destination) + offset, found.ai_addr, Int(found.ai_addrlen))
    }
  }
}
