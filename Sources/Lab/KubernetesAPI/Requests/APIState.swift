/// How a watch from a forgotten version is turned away.
package enum WatchExpiry: Hashable, Sendable {
  /// 200, then an ERROR event with code 410: what a real server does.
  case event
  /// 410 as the status of the response.
  case status
}

/// What is answered to a request: a whole response, or a stream of events.
enum APIAnswer: Hashable, Sendable {
  case reply(APIReply)
  case watch(WatchPlan)
}

struct APIReply: Hashable, Sendable {
  var status = 200
  var type = "application/json"
  var retryAfter: Int?
  let body: String

  init(_ json: String, status: Int = 200) {
    self.status = status
    body = json + "\n"
  }

  init(_ failure: StatusObject) {
    status = failure.code
    retryAfter = failure.retryAfter
    body = failure.json.description + "\n"
  }

  init(body: String, type: String) {
    self.type = type
    self.body = body
  }
}

struct WatchPlan: Hashable, Sendable {
  let selection: ObjectSelection
  let form: ObjectForm
  /// Events that are sent at once.
  let initial: [WatchEvent]
  /// Only what happens after this version follows; nil ends the watch at once.
  let version: Int?
  let wantsBookmarks: Bool
  let timeoutSeconds: Int?
}

/// All that the API server knows, and how it answers. No sockets and no clocks.
struct APIState: Sendable {
  var store: ObjectStore
  var access: AccessControl
  var watchExpiry = WatchExpiry.event
  /// `host:port`, for discovery.
  var address = ""

  func answer(_ request: APIRequest, now: Int) -> APIAnswer {
    do {
      let identity = try identity(of: request)
      if let path = ResourcePath(request.path) {
        return try answer(request, path, identity, now: now)
      }
      return try .reply(document(request, identity))
    } catch {
      return .reply(APIReply(error))
    }
  }

  private func identity(of request: APIRequest) throws(StatusObject) -> Identity {
    guard let identity = access.identity(authorization: request.authorization) else {
      throw .unauthorized
    }
    guard let user = request.impersonatedUser else { return identity }
    let parts = user.split(separator: ":").map(String.init)
    let isAccount = parts.count == 4 && user.hasPrefix("system:serviceaccount:")
    let action =
      isAccount
      ? Action(
        verb: "impersonate", resource: "serviceaccounts", name: parts[3], namespace: parts[2])
      : Action(verb: "impersonate", resource: "users", name: user)
    guard access.reason(identity, action) != nil else { throw .forbidden(identity, action) }
    return Identity(user: user, groups: request.impersonatedGroups)
  }

  private func document(
    _ request: APIRequest, _ identity: Identity
  ) throws(StatusObject) -> APIReply {
    let verb = Self.verbs[request.method] ?? request.method.lowercased()
    guard access.allows(identity, path: request.path, verb: verb) else {
      throw .forbidden(identity, path: request.path, verb: verb)
    }
    if ["/healthz", "/livez", "/readyz"].contains(request.path) {
      return APIReply(body: "ok", type: "text/plain; charset=utf-8")
    }
    guard let (json, type) = Discovery.document(request, address: address) else {
      throw .unknownPath
    }
    guard request.method == "GET" else { throw .methodNotAllowed }
    return APIReply(body: "\(json)\n", type: type)
  }

  private static let verbs = [
    "GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete",
  ]

  // MARK: - Resources

  private func answer(
    _ request: APIRequest, _ path: ResourcePath, _ identity: Identity, now: Int
  ) throws(StatusObject) -> APIAnswer {
    let isGet = request.method == "GET"
    let isWatch = isGet && (path.isWatch || (path.name == nil && request.isSet("watch")))
    var verb = Self.verbs[request.method] ?? request.method.lowercased()
    if isWatch { verb = "watch" } else if isGet, path.name == nil { verb = "list" }
    let action = Action(
      verb: verb, group: path.group, resource: path.resource, subresource: path.subresource,
      name: path.name ?? (isGet ? (try? Self.fields(request, path))?.name : nil),
      namespace: path.namespace)
    guard access.reason(identity, action) != nil else { throw .forbidden(identity, action) }

    if let review = path.review {
      guard request.method == "POST" else { throw .methodNotAllowed }
      let posted = try request.object(review)
      let answer = try access.answer(review, posted, from: identity, now: now)
      return .reply(APIReply(answer.description, status: 201))
    }
    guard let kind = path.kind else { throw .unknownPath }
    guard isGet else { throw .methodNotAllowed }
    let form = try ObjectForm(request)
    if !isWatch, let name = path.name {
      let key = ObjectKey(namespace: path.namespace ?? "", name: name)
      guard let object = store[kind, key] else { throw .notFound(kind, name) }
      return .reply(APIReply(form.single(object, now: now)))
    }
    let selection = ObjectSelection(
      kind: kind, namespace: path.namespace,
      labels: try LabelSelector(request.parameter("labelSelector") ?? ""),
      fields: try Self.fields(request, path))
    return isWatch
      ? try .watch(watch(request, selection, form))
      : try .reply(list(request, selection, form, now: now))
  }

  private static func fields(
    _ request: APIRequest, _ path: ResourcePath
  ) throws(StatusObject) -> FieldSelector {
    var fields = FieldSelector()
    if let kind = path.kind, let text = request.parameter("fieldSelector") {
      fields = try FieldSelector(text, for: kind)
    }
    // Of the deprecated watch of one object.
    if let name = path.name { fields.require("metadata.name", name, isEqual: true) }
    return fields
  }
}
