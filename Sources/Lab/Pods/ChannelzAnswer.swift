internal import NIOCore
internal import Naming
internal import Protobuf

/// `grpc.channelz.v1.Channelz` as a pod answers it: one server with the sockets it has accepted.
struct ChannelzAnswer {
  /// One accepted connection that is open.
  struct Socket {
    var id: Int
    var local: SocketAddress?
    var remote: SocketAddress?
  }

  static let prefix = "/grpc.channelz.v1.Channelz/"
  private static let serverID: Int64 = 1
  /// As many as gRPC servers put on a page.
  private static let page = 100

  let behaviour: PodBehaviour.Channelz
  let sockets: [Socket]

  /// - Parameter message: the request, without its five-byte prefix.
  func response(to path: String, _ message: [UInt8]) -> GRPCResponse {
    guard behaviour != .off else { return .status(12, "channelz is not registered") }
    do {
      let method = try Schema.builtIn.method(named: path)
      let request = try DynamicMessage(method.input, decoding: message)
      var response = DynamicMessage(method.output)
      switch method.name {
      case "GetServers": try servers(request, &response)
      case "GetServerSockets":
        guard request["server_id"]?.asInteger == Self.serverID else {
          return .status(5, "no such server")
        }
        try references(request, &response)
      default:
        guard try socket(request["socket_id"]?.asInteger ?? 0, &response) else {
          return .status(5, "no such socket")
        }
      }
      return .message(response.encoded())
    } catch {
      return .status(3, "\(error)")
    }
  }

  private func servers(_ request: DynamicMessage, _ response: inout DynamicMessage) throws {
    if request["start_server_id"]?.asInteger ?? 0 <= Self.serverID {
      var reference = try part("ServerRef")
      try reference.set("server_id", to: .integer(Self.serverID))
      var server = try part("Server")
      try server.set("ref", to: .message(reference))
      try response.set("server", to: .list([.message(server)]))
    }
    try response.set("end", to: .bool(true))
  }

  private func references(_ request: DynamicMessage, _ response: inout DynamicMessage) throws {
    let start = request["start_socket_id"]?.asInteger ?? 0
    let limit = min(Self.page, max(0, Int(request["max_results"]?.asInteger ?? 0)))
    let ids = ids.filter { $0 >= start }
    let page = try ids.prefix(limit == 0 ? Self.page : limit).map { id in
      Value.message(try reference(id))
    }
    try response.set("socket_ref", to: .list(Array(page)))
    try response.set("end", to: .bool(page.count == ids.count && behaviour != .lies))
  }

  /// Who lies has sockets without end.
  private var ids: [Int64] {
    guard behaviour != .lies else { return Array(1...100_000) }
    return sockets.map { Int64($0.id) }.sorted()
  }

  private func reference(_ id: Int64) throws -> DynamicMessage {
    var reference = try part("SocketRef")
    try reference.set("socket_id", to: .integer(id))
    return reference
  }

  private func socket(_ id: Int64, _ response: inout DynamicMessage) throws -> Bool {
    guard behaviour == .lies || sockets.contains(where: { $0.id == id }) else { return false }
    let known = sockets.first { $0.id == id }
    var socket = try part("Socket")
    try socket.set("ref", to: .message(try reference(id)))
    for (name, address) in [("local", known?.local), ("remote", known?.remote)] {
      if let address = try self.address(address) { try socket.set(name, to: .message(address)) }
    }
    try response.set("socket", to: .message(socket))
    return true
  }

  private func address(_ socket: SocketAddress?) throws -> DynamicMessage? {
    var address = try part("Address")
    guard behaviour != .lies else {
      var other = try part("Address.OtherAddress")
      try other.set("name", to: .string("somewhere"))
      try address.set("other_address", to: .message(other))
      return address
    }
    guard let socket, let port = socket.port, let bytes = socket.ipBytes else { return nil }
    var ip = try part("Address.TcpIpAddress")
    try ip.set("ip_address", to: .bytes(bytes))
    try ip.set("port", to: .integer(Int64(port)))
    try address.set("tcpip_address", to: .message(ip))
    return address
  }

  private func part(_ name: String) throws -> DynamicMessage {
    guard let type = Schema.builtIn.message(named: "grpc.channelz.v1.\(name)") else {
      throw LookupError.unknownService(name, known: [])
    }
    return DynamicMessage(type)
  }
}

extension SocketAddress {
  /// In network order.
  fileprivate var ipBytes: [UInt8]? {
    switch ipAddress.flatMap({ IPAddress($0) }) {
    case .v4(let value)?: withUnsafeBytes(of: value.bigEndian) { Array($0) }
    case .v6(let high, let low)?:
      withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    case nil: nil
    }
  }
}
