/// A request to the API, without the server and the identity.
struct APIRequest: Sendable {
  struct Parameter: Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  var method = "GET"
  /// Segments of the path: encoded when sent.
  var path: [String]
  var query: [Parameter] = []
  var body: [UInt8]?
  /// For errors: `to list endpointslices in namespace demo`.
  var tried: String
  /// What to try where the server says 404.
  var whenNotFound: String?
  /// What to try where it says 403.
  var whenForbidden: String? =
    "Run lbcheck rbac with the same target: it prints the Role that is missing"

  /// Path and query.
  var target: String {
    let path = path.map { "/" + percentEncoded($0) }.joined()
    if query.isEmpty { return path }
    let parameters = query.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
    return path + "?" + parameters.joined(separator: "&")
  }
}

/// All but RFC 3986's unreserved characters (§2.3) as `%XX`.
func percentEncoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return result
}
