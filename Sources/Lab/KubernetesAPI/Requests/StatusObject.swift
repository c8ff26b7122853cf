/// A failure as the API server words it (`meta/v1 Status`).
struct StatusObject: Error, Hashable, Sendable {
  let code: Int
  let message: String
  var reason: String?
  var details: JSONValue?
  /// The token to go on with, of an expired list.
  var next: String?
  var retryAfter: Int?

  init(
    _ code: Int, _ reason: String?, _ message: String, details: JSONValue? = nil,
    next: String? = nil, retryAfter: Int? = nil
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.details = details
    self.next = next
    self.retryAfter = retryAfter
  }

  var json: JSONValue {
    [
      "kind": "Status", "apiVersion": "v1",
      "metadata": ["continue": next.map(JSONValue.string)],
      "status": "Failure", "message": .string(message), "reason": reason.map(JSONValue.string),
      "details": details, "code": .integer(code),
    ]
  }

  static let unauthorized = StatusObject(401, "Unauthorized", "Unauthorized")

  static let unknownPath = StatusObject(
    404, "NotFound", "the server could not find the requested resource", details: [:])

  static let methodNotAllowed = StatusObject(
    405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
    details: [:])

  static func badRequest(_ message: String) -> StatusObject {
    StatusObject(400, "BadRequest", message)
  }

  static func notFound(_ kind: KubernetesKind, _ name: String) -> StatusObject {
    let resource = kind.resource
    return StatusObject(
      404, "NotFound", "\(resource.qualifiedName) \"\(name)\" not found",
      details: [
        "name": .string(name), "group": resource.group.isEmpty ? nil : .string(resource.group),
        "kind": .string(resource.plural),
      ])
  }

  static let notAcceptable = StatusObject(
    406, "NotAcceptable",
    "406: Not Acceptable\n\nAvailable representations: application/json, "
      + "application/json;stream=watch", details: [:])

  static let unsupportedMediaType = StatusObject(
    415, "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: "
      + "application/json, application/vnd.kubernetes.protobuf", details: [:])

  /// A watch from before the history.
  static func tooOld(_ version: Int, current: Int) -> StatusObject {
    StatusObject(410, "Expired", "too old resource version: \(version) (\(current))")
  }

  static let listTooOld = StatusObject(
    410, "Expired", "The resourceVersion for the provided list is too old.")

  static func continueTooOld(_ next: ContinueToken) -> StatusObject {
    StatusObject(
      410, "Expired",
      "The provided continue parameter is too old to display a consistent list result. You can "
        + "start a new list without the continue parameter, or use the continue token in this "
        + "response to retrieve the remainder of the results. Continuing with the provided token "
        + "results in an inconsistent list - objects that were created, modified, or deleted "
        + "between the time the first chunk was returned and now may show up in the list.",
      next: next.text)
  }

  static func badVersion(_ text: String) -> StatusObject {
    StatusObject(
      500, nil,
      "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": "
        + "invalid syntax")
  }

  static func tooLarge(_ version: Int, current: Int) -> StatusObject {
    StatusObject(
      504, "Timeout", "Timeout: Too large resource version: \(version), current: \(current)",
      details: [
        "causes": [
          ["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]
        ],
        "retryAfterSeconds": 1,
      ], retryAfter: 1)
  }

  /// A value in a posted object that its validation refuses.
  static func invalid(_ kind: ReviewKind, field: String, _ message: String) -> StatusObject {
    let resource = kind.resource
    return StatusObject(
      422, "Invalid", "\(resource.kind).\(resource.group) \"\" is invalid: \(field): \(message)",
      details: [
        "group": .string(resource.group), "kind": .string(resource.kind),
        "causes": [
          [
            "reason": "FieldValueInvalid", "message": .string(message), "field": .string(field),
          ]
        ],
      ])
  }

  /// What a server under load or in trouble says; the texts are those of `apimachinery`.
  static func trouble(_ code: Int, retryAfter: Int?) -> StatusObject {
    let details: JSONValue = ["retryAfterSeconds": retryAfter.map(JSONValue.integer)]
    let (reason, message): (String, String) =
      switch code {
      case 401: ("Unauthorized", "Unauthorized")
      case 403: ("Forbidden", "forbidden")
      case 404: ("NotFound", "the server could not find the requested resource")
      case 410: ("Expired", "The resourceVersion for the provided list is too old.")
      case 429: ("TooManyRequests", "too many requests, please try again later")
      case 503: ("ServiceUnavailable", "the server is currently unable to handle the request")
      case 504: ("Timeout", "the request did not complete within the allotted time")
      default: ("InternalError", "Internal error occurred: the lab was told to fail")
      }
    return StatusObject(code, reason, message, details: details, retryAfter: retryAfter)
  }
}
