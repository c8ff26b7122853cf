/// Messages, enums and services whose names are all resolved. Never changes.
package final class Schema: Sendable {
  private let messages: [String: MessageDescriptor]
  let enums: [String: EnumDescriptor]
  private let services: [String: ServiceDeclaration]

  /// Every type that a field or method names is expected to be there.
  init(
    messages: [String: MessageDescriptor], enums: [String: EnumDescriptor],
    services: [String: ServiceDeclaration]
  ) {
    self.messages = messages
    self.enums = enums
    self.services = services
  }

  /// - Parameter name: the full name, without a dot before it.
  package func message(named name: String) -> MessageType? {
    messages[name].map { MessageType(schema: self, descriptor: $0) }
  }

  package func enumeration(named name: String) -> EnumDescriptor? { enums[name] }

  /// Full names, sorted.
  package var serviceNames: [String] { services.keys.sorted() }

  /// - Parameter name: `package.Service/Method` or `package.Service.Method`, as grpcurl has it; a
  ///   slash may stand before it.
  package func method(named name: String) throws(LookupError) -> Method {
    let path = MethodPath(name)
    guard let service = services[path.service] else {
      throw .unknownService(path.service, known: serviceNames)
    }
    guard let method = service.methods.first(where: { $0.name == path.method }),
      let input = message(named: method.input), let output = message(named: method.output)
    else {
      throw .unknownMethod(
        path.method, service: path.service, known: service.methods.map(\.name))
    }
    return Method(
      service: path.service, name: method.name, input: input, output: output,
      clientStreaming: method.clientStreaming, serverStreaming: method.serverStreaming)
  }
}

/// A method and the messages that it takes and returns.
package struct Method: Sendable {
  /// Full name.
  package let service: String
  package let name: String
  package let input: MessageType
  package let output: MessageType
  package let clientStreaming: Bool
  package let serverStreaming: Bool

  /// The `:path` of its calls.
  package var path: String { "/\(service)/\(name)" }
}

/// A method's name as a person gives it, taken apart: reflection is asked for the service.
package struct MethodPath: Equatable, Sendable {
  /// Full name; empty where the text has neither slash nor dot.
  package let service: String
  package let method: String

  package init(_ text: String) {
    let text = text.hasPrefix("/") ? text.dropFirst() : text[...]
    let cut = text.lastIndex(of: "/") ?? text.lastIndex(of: ".")
    service = cut.map { String(text[..<$0]) } ?? ""
    method = String(cut.map { text[text.index(after: $0)...] } ?? text)
  }
}
