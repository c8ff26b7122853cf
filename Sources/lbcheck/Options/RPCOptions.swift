import ArgumentParser
import Diagnosis
import Transport

struct RPCOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The unary method to call.", valueName: "pkg.Service/Method"),
    transform: RPCOptions.method)
  var method: String?

  @Option(
    name: [.customShort("d"), .customLong("data")],
    help: ArgumentHelp(
      "The request message as JSON, or @FILE with it, @- for standard input. Its type is learnt through server reflection.",
      valueName: "json|@file"),
    transform: RPCOptions.json)
  var data: JSONData?

  @Option(
    help: ArgumentHelp(
      "The serialized request message in hexadecimal, or @FILE with its raw bytes.",
      valueName: "hex|@file"),
    transform: RPCOptions.message)
  var dataHex: [UInt8]?

  @Option(
    help: ArgumentHelp(
      "What to GET with --protocol http1 (default: /).", valueName: "/path"),
    transform: RPCOptions.path)
  var path: String?

  @Option(
    name: [.customShort("H"), .customLong("header")],
    help: ArgumentHelp("Request metadata, repeatable.", valueName: "name: value"))
  var header: [String] = []

  @Option(help: "How long one RPC may take.", transform: Duration.init(argument:))
  var timeout = Duration.seconds(5)

  /// Of text that `validate` has let pass.
  private var metadata: [(name: String, value: String)] {
    header.compactMap { try? Self.field($0) }
  }

  var request: RPCRequest {
    RPCRequest(
      path: method ?? "/grpc.health.v1.Health/Check",
      metadata: metadata, message: dataHex ?? [],
      timeout: timeout, userAgent: "lbcheck/\(Lbcheck.version)")
  }

  /// Whether something was given that only an RPC has.
  var isRPC: Bool { method != nil || data != nil || dataHex != nil }

  func validate() throws {
    if data != nil, dataHex != nil { throw ValidationError("give either -d or --data-hex") }
    for text in header { _ = try Self.field(text) }
  }

  /// What the request itself cannot say.
  func apply(to plan: inout DistributePlan) {
    plan.data = data
    if let path { plan.path = path }
  }

  private static func path(_ text: String) throws -> String {
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard text.hasPrefix("/"), isPlain, !text.contains("#") else {
      throw ValidationError("'\(printable(text))' is not a path; for example: /healthz?full=1")
    }
    return text
  }

  private static func method(_ text: String) throws -> String {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).drop { $0.isEmpty }
    // grpcurl also takes pkg.Service.Method.
    if parts.count == 1, let only = parts.first, let dot = only.lastIndex(of: ".") {
      parts = [only[..<dot], only[only.index(after: dot)...]]
    }
    let valid = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard valid, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError(
        "'\(printable(text))' is not a method; for example: grpc.health.v1.Health/Check")
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func json(_ text: String) throws -> JSONData {
    guard !text.isEmpty else {
      throw ValidationError("-d is empty: is a variable not set? The empty message is {}")
    }
    var json = text
    if text.hasPrefix("@") {
      guard let read = String(validating: try contents(ofArgument: text), as: UTF8.self) else {
        throw ValidationError("\(printable(text)): not UTF-8")
      }
      json = read
    }
    do {
      return try JSONData(json)
    } catch {
      throw ValidationError("-d is no JSON: \(printable(error.description))")
    }
  }

  private static func message(_ text: String) throws -> [UInt8] {
    if text.hasPrefix("@") { return try contents(ofArgument: text) }
    guard !text.isEmpty else {
      throw ValidationError("--data-hex is empty: is a variable not set? Leave it out for no bytes")
    }
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text where !character.isWhitespace {
      guard let digit = character.hexDigitValue else {
        throw ValidationError(
          "--data-hex: '\(printable(String(character)))' is not a hexadecimal digit")
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    guard high == nil else { throw ValidationError("the number of digits is odd") }
    return bytes
  }

  /// Names and values as gRPC's HTTP/2 mapping allows them; what gRPC itself sets is refused.
  ///
  /// Not a transform: the parser repeats what one refuses, and this may be a secret.
  private static func field(_ text: String) throws -> (name: String, value: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].lowercased()
    let allowed = "0123456789abcdefghijklmnopqrstuvwxyz_-."
    guard parts.count == 2, !name.isEmpty, name.allSatisfy(allowed.contains) else {
      throw ValidationError("-H takes 'name: value'")
    }
    let reserved = ["content-type", "te", "user-agent", "host", "connection"]
    guard !name.hasPrefix("grpc-"), !reserved.contains(name) else {
      throw ValidationError("'\(name)' is set by gRPC itself")
    }
    let value = parts[1].trimmingSpaces
    guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
      throw ValidationError("the value of '\(name)' must be printable ASCII")
    }
    return (name: name, value: value)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
