internal import Protobuf
internal import Transport

/// The fields of a response message that name the pod, best first.
struct BodyIdentity: Sendable {
  /// Longer bodies are read no further; what names a pod comes early or not at all.
  static let largestBody = 64 << 10

  private let type: MessageType
  private let paths: [(name: String, path: FieldPath)]

  init(_ names: [String], of method: Method) throws(LookupError) {
    type = method.output
    var paths: [(name: String, path: FieldPath)] = []
    for name in names { paths.append((name, try FieldPath(name, in: method.output))) }
    self.paths = paths
  }

  /// What gRPC's own test servers say, for whoever calls their UnaryCall.
  static let testService = "/grpc.testing.TestService/UnaryCall"

  /// The first of the fields that says something.
  func read(_ body: [UInt8]) -> (field: String, text: String)? {
    guard let message = messages(inBody: body)?.first,
      let message = try? DynamicMessage(type, decoding: message)
    else { return nil }
    for (name, path) in paths {
      if let text = path.text(in: message), !text.isEmpty { return (name, text) }
    }
    return nil
  }
}
