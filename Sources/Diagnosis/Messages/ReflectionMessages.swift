internal import Protobuf
internal import Transport

/// The messages of grpc.reflection.v1 and v1alpha that `ReflectionWalk` needs.
enum ReflectionMessages {
  enum Answer {
    /// Serialized file descriptors.
    case files([[UInt8]])
    /// Full names.
    case services([String])
    case notFound
    /// The server does not have this version of the service.
    case unimplemented
  }

  /// Names of services that are shown; a hostile server may list any number.
  private static let largestNameCount = 1000

  /// The call as the transport sends it.
  static func request(
    _ question: ReflectionWalk.Question, _ version: ReflectionWalk.Version
  ) -> (path: String, message: [UInt8]) {
    guard let method = try? method(version) else { return ("/", []) }
    var message = DynamicMessage(method.input)
    let (field, text) =
      switch question {
      case .symbol(let name): ("file_containing_symbol", name)
      case .file(let name): ("file_by_filename", name)
      case .services: ("list_services", "*")
      }
    try? message.set(field, to: .string(text))
    return (method.path, message.encoded())
  }

  private static func method(
    _ version: ReflectionWalk.Version
  ) throws(LookupError) -> Method {
    try Schema.builtIn.method(
      named: "grpc.reflection.\(version.rawValue).ServerReflection/ServerReflectionInfo")
  }

  static func answer(
    _ result: ProbeResult, _ version: ReflectionWalk.Version
  ) throws(ReflectionWalk.Failure) -> Answer {
    let messages: [[UInt8]]
    do {
      messages = try result.get()
    } catch .status(12), .notGRPC(404) {
      // A proxy that does not know the path says 404, which gRPC takes for UNIMPLEMENTED.
      return .unimplemented
    } catch .status(5) {
      return .notFound
    } catch {
      throw .failed(error)
    }
    guard messages.count == 1, let type = try? method(version).output,
      let message = try? DynamicMessage(type, decoding: messages[0])
    else { throw .failed(.malformed) }
    if let error = message["error_response"]?.asMessage {
      let code = Int(error["error_code"]?.asInteger ?? 0)
      if code == 5 { return .notFound }
      throw .refused(code: code, message: error["error_message"]?.asString ?? "")
    }
    if let files = message["file_descriptor_response"]?.asMessage {
      return .files((files["file_descriptor_proto"]?.asList ?? []).compactMap(\.asBytes))
    }
    if let list = message["list_services_response"]?.asMessage {
      return .services(
        (list["service"]?.asList ?? []).prefix(largestNameCount).compactMap {
          $0.asMessage?["name"]?.asString
        })
    }
    throw .implausible("an answer without files, services or an error")
  }
}
