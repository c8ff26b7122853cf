/// `Status` of `meta/v1`: how the API says that something went wrong.
struct APIStatus: Decodable, Sendable {
  struct Details: Decodable, Sendable {
    var retryAfterSeconds: Int?
  }

  var kind: String?
  var message: String?
  var reason: String?
  var details: Details?
  var code: Int?

  var isStatus: Bool { kind == "Status" }
}
