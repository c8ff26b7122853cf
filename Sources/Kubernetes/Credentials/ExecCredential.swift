internal import FoundationEssentials

/// What a plugin printed
/// (https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#ExecCredential).
struct ExecCredential: Sendable {
  var identity = Identity()
  /// Nil: good until the server says otherwise.
  var expires: Date?

  func isExpired(at now: Date) -> Bool {
    // A token that ends while the request is on its way is of no use.
    expires.map { $0 <= now.addingTimeInterval(5) } ?? false
  }

  /// Nothing of the output is shown: it may hold secrets wherever it went wrong.
  init(_ output: [UInt8], of plugin: ExecPlugin) throws(KubernetesError) {
    guard let json = try? JSONDecoder().decode(Output.self, from: Data(output)),
      json.kind == "ExecCredential"
    else {
      throw plugin.failure("its output is no ExecCredential")
    }
    guard json.apiVersion == plugin.apiVersion else {
      throw plugin.failure(
        "it speaks '\(json.apiVersion.prefix(60))' where the kubeconfig says "
          + "'\(plugin.apiVersion)'")
    }
    let status = json.status
    if let token = status?.token, !token.isEmpty {
      identity.authorization = try Identity.bearer(Secret(token), from: plugin.place)
    }
    identity.certificate = status?.clientCertificateData.map { Secret($0) }
    identity.key = status?.clientKeyData.map { Secret($0) }
    guard (identity.certificate == nil) == (identity.key == nil),
      identity.authorization != nil || identity.certificate != nil
    else {
      throw plugin.failure(
        "it gives neither a token nor a client certificate with its key")
    }
    if let text = status?.expirationTimestamp {
      guard let date = Self.date(text) else {
        throw plugin.failure("its expirationTimestamp is no RFC 3339 time")
      }
      expires = date
    }
  }

  /// RFC 3339, whose fractions of a second do not matter here.
  static func date(_ text: String) -> Date? {
    var text = text
    if let point = text.firstIndex(of: ".") {
      let rest = text[text.index(after: point)...].drop { $0.isNumber }
      text = String(text[..<point] + rest)
    }
    return try? Date(text, strategy: .iso8601)
  }

  private struct Output: Decodable {
    struct Status: Decodable {
      var token: String?
      var clientCertificateData: String?
      var clientKeyData: String?
      var expirationTimestamp: String?
    }

    var kind: String
    var apiVersion: String
    var status: Status?
  }
}
