private import CAres
private import Glibc
import Naming

/// The local address that the kernel would choose for a destination. Asks by connecting a UDP
/// socket, as Go does, which sends nothing; nil where there is no route.
func sourceAddress(for destination: IPAddress) -> IPAddress? {
  let family = destination.isV4 ? AF_INET : AF_INET6
  let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  // The discard service: any port will do.
  let port = in_port_t(9).bigEndian
  switch destination {
  case .v4(let value):
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port
    address.sin_addr.s_addr = value.bigEndian
    return connectedName(descriptor, &address).map { .v4(UInt32(bigEndian: $0.sin_addr.s_addr)) }
  case .v6(let high, let low):
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port
    withUnsafeMutableBytes(of: &address.sin6_addr) {
      $0.storeBytes(of: high.bigEndian, as: UInt64.self)
      $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return connectedName(descriptor, &address)
      .map { name in withUnsafeBytes(of: name.sin6_addr) { IPAddress(v6Bytes: $0) } }
  }
}

private func connectedName<Address>(_ descriptor: Int32, _ address: inout Address) -> Address? {
  var length = socklen_t(MemoryLayout<Address>.size)
  let status = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
    }
  }
  return status == 0 ? address : nil
}
