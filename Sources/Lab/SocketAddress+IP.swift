internal import NIOCore
internal import Naming

extension SocketAddress {
  init(ip address: IPAddress, port: UInt16) throws {
    try self.init(ipAddress: address.description, port: Int(port))
  }

  /// `address:port`, or the path of a Unix socket.
  var text: String {
    if let ipAddress, let port { "\(ipAddress):\(port)" } else { pathname ?? "unknown" }
  }
}
