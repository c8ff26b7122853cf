/// What the API server can be told to do to a request in place of answering it.
package enum APIFault: Hashable, Sendable {
  /// A failure with this code as a `Status` object, and how many seconds to wait before the next.
  case status(Int, retryAfter: Int? = nil)
  /// 200 with a web page, as a proxy or a portal in front of the server would send.
  case html
  /// Nothing, ever.
  case hang
  /// The connection ends.
  case disconnect
}

extension APIReply {
  static let webPage = APIReply(
    body: "<!DOCTYPE html>\n<html><body><h1>Sign in</h1></body></html>\n", type: "text/html")
}

/// The faults in force.
struct APIFaults {
  private var planned: (fault: APIFault, count: Int)?
  /// Every byte is sent by itself, in a TLS record of its own.
  var splitsWrites = false

  mutating func plan(_ fault: APIFault, count: Int) { planned = (fault, count) }

  /// The fault of the next request; nil where it is to be answered.
  mutating func take() -> APIFault? {
    guard let (fault, count) = planned, count > 0 else { return nil }
    // No count ever gets below: `Int.max` is for ever.
    planned = (fault, count == .max ? count : count - 1)
    return fault
  }
}
