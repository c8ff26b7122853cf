internal import NIOCore
internal import NIOHPACK

/// What a pod answers to a method, as header lists and message bytes.
struct GRPCResponse {
  var code: Int
  var message: String
  /// A whole gRPC message with its five-byte prefix; nil makes the response Trailers-Only.
  var body: ByteBuffer?

  /// grpc.health.v1.HealthCheckResponse { status: SERVING }: field 1, varint 1.
  private static let serving = ByteBuffer(bytes: [0, 0, 0, 0, 2, 0x08, 0x01])
  /// The same with NOT_SERVING.
  private static let notServing = ByteBuffer(bytes: [0, 0, 0, 0, 2, 0x08, 0x02])
  /// A message without fields, valid for every message type.
  private static let empty = ByteBuffer(bytes: [0, 0, 0, 0, 0])

  static let healthCheck = "/grpc.health.v1.Health/Check"

  /// Streaming methods that clients try on their own accord and that a pod has not got. They are
  /// told so at once: their request stream would never end.
  static func isUnsupported(_ path: String) -> Bool {
    path == "/grpc.health.v1.Health/Watch" || path.hasPrefix("/grpc.reflection.")
  }

  static func message(_ bytes: [UInt8]) -> GRPCResponse {
    var body = ByteBuffer(bytes: [0])
    body.writeInteger(UInt32(bytes.count))
    body.writeBytes(bytes)
    return GRPCResponse(code: 0, message: "", body: body)
  }

  static func status(_ code: Int, _ message: String) -> GRPCResponse {
    GRPCResponse(code: code, message: message, body: nil)
  }

  /// The response to a request that has arrived in full.
  init(to request: GRPCRequest, status: Int, message: String, isServing: Bool) {
    if !request.isWhole || (request.path == Self.healthCheck && request.messages != 1) {
      self = .status(13, "the request is not a whole number of messages, or not one")
    } else if request.isCompressed {
      self = .status(12, "compressed messages are not supported")
    } else if status != 0 {
      self = .status(status, message)
    } else {
      let health = isServing ? Self.serving : Self.notServing
      self.init(
        code: 0, message: message, body: request.path == Self.healthCheck ? health : Self.empty)
    }
  }

  private init(code: Int, message: String, body: ByteBuffer?) {
    self.code = code
    self.message = message
    self.body = body
  }

  /// The first HEADERS frame where there is a body, without the pod's name.
  static var headers: HPACKHeaders {
    [":status": "200", "content-type": "application/grpc"]
  }

  /// The status fields of the trailers.
  func addStatus(to headers: inout HPACKHeaders) {
    headers.add(name: "grpc-status", value: String(code))
    if !message.isEmpty {
      headers.add(name: "grpc-message", value: Self.percentEncoded(message))
    }
  }

  /// PROTOCOL-HTTP2 `Percent-Encoded`: bytes outside 0x20–0x7E, and `%`, as `%XX`.
  private static func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }
}
