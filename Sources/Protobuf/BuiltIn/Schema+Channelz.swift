extension Schema {
  /// github.com/grpc/grpc-proto, grpc/channelz/v1/channelz.proto: the way from a process to the
  /// addresses of its connections. Counters, traces and options stay unknown fields.
  static let channelz = FileDeclaration(
    "grpc/channelz/v1/channelz.proto", package: "grpc.channelz.v1",
    messages: requests + responses + [
      .init("ServerRef", [.one("server_id", 5, .int64), .one("name", 6, .string)]),
      .init("SocketRef", [.one("socket_id", 3, .int64), .one("name", 4, .string)]),
      .init(
        "Server",
        [.one("ref", 1, .message("ServerRef")), .many("listen_socket", 3, .message("SocketRef"))]),
      .init(
        "Socket",
        [
          .one("ref", 1, .message("SocketRef")),
          .one("local", 3, .message("Address")),
          .one("remote", 4, .message("Address")),
          .one("remote_name", 6, .string),
        ]),
      .init(
        "Address",
        [
          .one("tcpip_address", 1, .message("TcpIpAddress"), oneof: 0),
          .one("uds_address", 2, .message("UdsAddress"), oneof: 0),
          .one("other_address", 3, .message("OtherAddress"), oneof: 0),
        ],
        messages: [
          .init("TcpIpAddress", [.one("ip_address", 1, .bytes), .one("port", 2, .int32)]),
          .init("UdsAddress", [.one("filename", 1, .string)]),
          .init("OtherAddress", [.one("name", 1, .string)]),
        ],
        oneofs: ["address"]),
    ],
    services: [
      .init(
        name: "Channelz",
        methods: ["GetServers", "GetServerSockets", "GetSocket"].map {
          .init(name: $0, input: "\($0)Request", output: "\($0)Response")
        })
    ])

  private static let requests: [MessageDeclaration] = [
    .init(
      "GetServersRequest", [.one("start_server_id", 1, .int64), .one("max_results", 2, .int64)]),
    .init(
      "GetServerSocketsRequest",
      [
        .one("server_id", 1, .int64), .one("start_socket_id", 2, .int64),
        .one("max_results", 3, .int64),
      ]),
    .init("GetSocketRequest", [.one("socket_id", 1, .int64)]),
  ]

  private static let responses: [MessageDeclaration] = [
    .init("GetServersResponse", [.many("server", 1, .message("Server")), .one("end", 2, .bool)]),
    .init(
      "GetServerSocketsResponse",
      [.many("socket_ref", 1, .message("SocketRef")), .one("end", 2, .bool)]),
    .init("GetSocketResponse", [.one("socket", 1, .message("Socket"))]),
  ]
}
