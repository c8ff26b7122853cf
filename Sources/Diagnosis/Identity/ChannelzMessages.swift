internal import Naming
internal import Protobuf
internal import Transport

/// The two ends of a server's socket, as the server sees them.
struct ChannelzSocket: Hashable, Sendable {
  var local: TransportAddress
  var remote: TransportAddress
}

/// The few messages of grpc.channelz.v1 that `ChannelzWalk` needs.
enum ChannelzMessages {
  private static let service = "grpc.channelz.v1.Channelz"

  /// The call as the transport sends it.
  static func request(_ call: ChannelzWalk.Call) -> (path: String, message: [UInt8]) {
    let (name, fields) = parts(of: call)
    guard let method = try? Schema.builtIn.method(named: "\(service)/\(name)") else {
      return ("/\(service)/\(name)", [])
    }
    var message = DynamicMessage(method.input)
    for (field, value) in fields { try? message.set(field, to: .integer(value)) }
    return (method.path, message.encoded())
  }

  private static func parts(
    of call: ChannelzWalk.Call
  ) -> (method: String, fields: [(String, Int64)]) {
    switch call {
    case .servers(let start): ("GetServers", [("start_server_id", start)])
    case .sockets(let server, let start):
      ("GetServerSockets", [("server_id", server), ("start_socket_id", start)])
    case .socket(let id), .again(let id): ("GetSocket", [("socket_id", id)])
    }
  }

  static func response(
    _ result: ProbeResult, to call: ChannelzWalk.Call
  ) throws(ProbeFailure) -> DynamicMessage {
    let messages = try result.get()
    guard messages.count == 1,
      let method = try? Schema.builtIn.method(named: "\(service)/\(parts(of: call).method)"),
      let message = try? DynamicMessage(method.output, decoding: messages[0])
    else { throw .malformed }
    return message
  }

  static func servers(_ message: DynamicMessage) -> [Int64] {
    list(message, "server").compactMap { $0["ref"]?.asMessage?["server_id"]?.asInteger }
  }

  static func socketReferences(_ message: DynamicMessage) -> [Int64] {
    list(message, "socket_ref").compactMap { $0["socket_id"]?.asInteger }
  }

  /// Nil where one of its ends is not an IP address and port.
  static func socket(_ message: DynamicMessage) -> ChannelzSocket? {
    guard let socket = message["socket"]?.asMessage, let local = address(socket, "local"),
      let remote = address(socket, "remote")
    else { return nil }
    return ChannelzSocket(local: local, remote: remote)
  }

  private static func address(_ socket: DynamicMessage, _ end: String) -> TransportAddress? {
    guard let tcp = socket[end]?.asMessage?["tcpip_address"]?.asMessage,
      let bytes = tcp["ip_address"]?.asBytes,
      let port = UInt16(exactly: tcp["port"]?.asInteger ?? 0)
    else { return nil }
    switch bytes.count {
    case 4: return .ip(.v4(bytes.reduce(0) { $0 << 8 | UInt32($1) }), port: port)
    case 16:
      return TransportAddress.ip(bytes.withUnsafeBytes { IPAddress(v6Bytes: $0) }, port: port)
        .unmapped
    default: return nil
    }
  }

  private static func list(_ message: DynamicMessage, _ field: String) -> [DynamicMessage] {
    (message[field]?.asList ?? []).compactMap(\.asMessage)
  }
}
