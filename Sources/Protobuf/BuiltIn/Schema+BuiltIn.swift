extension Schema {
  /// What lbcheck itself calls: grpc.health.v1, grpc.channelz.v1, server reflection (v1 and
  /// v1alpha), grpc.testing, and the well-known types.
  package static let builtIn: Schema = {
    do throws(DescriptorError) {
      return try DescriptorPool(
        [health, channelz, testing, reflection("v1"), reflection("v1alpha")]
          + WellKnown.files.values.sorted { $0.name < $1.name }
      ).link()
    } catch {
      // Tables of this folder, which every test run links.
      preconditionFailure("\(error)")
    }
  }()

  /// github.com/grpc/grpc-proto, grpc/health/v1/health.proto.
  private static let health = FileDeclaration(
    "grpc/health/v1/health.proto", package: "grpc.health.v1",
    messages: [
      .init("HealthCheckRequest", [.one("service", 1, .string)]),
      .init(
        "HealthCheckResponse", [.one("status", 1, .enumeration("ServingStatus"))],
        enums: [
          .init("ServingStatus", ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"])
        ]),
    ],
    services: [
      .init(
        name: "Health",
        methods: [
          .init(name: "Check", input: "HealthCheckRequest", output: "HealthCheckResponse"),
          .init(
            name: "Watch", input: "HealthCheckRequest", output: "HealthCheckResponse",
            serverStreaming: true),
        ])
    ])

  /// github.com/grpc/grpc, src/proto/grpc/testing/messages.proto and test.proto: what identifies a
  /// server, and what makes it answer with an error or a size.
  private static let testing = FileDeclaration(
    "grpc/testing/messages.proto", package: "grpc.testing",
    messages: [
      .init("Payload", [.one("type", 1, .enumeration("PayloadType")), .one("body", 2, .bytes)]),
      .init("EchoStatus", [.one("code", 1, .int32), .one("message", 2, .string)]),
      .init(
        "SimpleRequest",
        [
          .one("response_type", 1, .enumeration("PayloadType")),
          .one("response_size", 2, .int32),
          .one("payload", 3, .message("Payload")),
          .one("fill_username", 4, .bool),
          .one("fill_oauth_scope", 5, .bool),
          .one("response_status", 7, .message("EchoStatus")),
          .one("fill_server_id", 9, .bool),
        ]),
      .init(
        "SimpleResponse",
        [
          .one("payload", 1, .message("Payload")),
          .one("username", 2, .string),
          .one("oauth_scope", 3, .string),
          .one("server_id", 4, .string),
          .one("hostname", 6, .string),
        ]),
    ],
    enums: [.init("PayloadType", ["COMPRESSABLE"])],
    services: [
      .init(
        name: "TestService",
        methods: [.init(name: "UnaryCall", input: "SimpleRequest", output: "SimpleResponse")])
    ])

  /// github.com/grpc/grpc-proto, grpc/reflection/v1/reflection.proto; v1alpha differs in name only.
  private static func reflection(_ version: String) -> FileDeclaration {
    FileDeclaration(
      "grpc/reflection/\(version)/reflection.proto", package: "grpc.reflection.\(version)",
      messages: [
        .init(
          "ServerReflectionRequest",
          [
            .one("host", 1, .string),
            .one("file_by_filename", 3, .string, oneof: 0),
            .one("file_containing_symbol", 4, .string, oneof: 0),
            .one("file_containing_extension", 5, .message("ExtensionRequest"), oneof: 0),
            .one("all_extension_numbers_of_type", 6, .string, oneof: 0),
            .one("list_services", 7, .string, oneof: 0),
          ],
          oneofs: ["message_request"]),
        .init(
          "ExtensionRequest",
          [.one("containing_type", 1, .string), .one("extension_number", 2, .int32)]),
        .init(
          "ServerReflectionResponse",
          [
            .one("valid_host", 1, .string),
            .one("original_request", 2, .message("ServerReflectionRequest")),
            .one("file_descriptor_response", 4, .message("FileDescriptorResponse"), oneof: 0),
            .one(
              "all_extension_numbers_response", 5, .message("ExtensionNumberResponse"), oneof: 0),
            .one("list_services_response", 6, .message("ListServiceResponse"), oneof: 0),
            .one("error_response", 7, .message("ErrorResponse"), oneof: 0),
          ],
          oneofs: ["message_response"]),
        .init("FileDescriptorResponse", [.many("file_descriptor_proto", 1, .bytes)]),
        .init(
          "ExtensionNumberResponse",
          [.one("base_type_name", 1, .string), .many("extension_number", 2, .int32)]),
        .init("ListServiceResponse", [.many("service", 1, .message("ServiceResponse"))]),
        .init("ServiceResponse", [.one("name", 1, .string)]),
        .init("ErrorResponse", [.one("error_code", 1, .int32), .one("error_message", 2, .string)]),
      ],
      services: [
        .init(
          name: "ServerReflection",
          methods: [
            .init(
              name: "ServerReflectionInfo", input: "ServerReflectionRequest",
              output: "ServerReflectionResponse", clientStreaming: true, serverStreaming: true)
          ])
      ])
  }
}
