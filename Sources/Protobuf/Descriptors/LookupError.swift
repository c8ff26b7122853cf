/// A name that the schema does not have, with those that it has.
package enum LookupError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownService(String, known: [String])
  case unknownMethod(String, service: String, known: [String])
  case unknownField(String, message: String, known: [String])
  /// A path goes on behind a field that holds no message, or ends at one that is no scalar.
  case notAScalar(String, message: String)
  case notAMessage(String, message: String)
  /// A value that a field of this kind cannot hold.
  case doesNotFit(String, message: String, kind: String)

  package var description: String {
    switch self {
    case .unknownService(let name, let known):
      "there is no service \(name)\(Self.list(known, of: "services"))"
    case .unknownMethod(let name, let service, let known):
      "service \(service) has no method \(name)\(Self.list(known, of: "methods"))"
    case .unknownField(let name, let message, let known):
      "message \(message) has no field \(name)\(Self.list(known, of: "fields"))"
    case .notAScalar(let name, let message):
      "field \(name) of \(message) is a message, a list or a map; a single value is needed"
    case .notAMessage(let name, let message):
      "field \(name) of \(message) is no message and has no fields"
    case .doesNotFit(let name, let message, let kind):
      "the value does not fit field \(name) of \(message), a \(kind)"
    }
  }

  /// At most twenty: a hostile schema may have many.
  private static func list(_ names: [String], of what: String) -> String {
    if names.isEmpty { return "; there are no \(what)" }
    let rest = names.count - 20
    return "; \(what): " + names.prefix(20).joined(separator: ", ")
      + (rest > 0 ? " and \(rest) more" : "")
  }
}
