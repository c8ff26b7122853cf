/// Lists and watches.
extension APIState {
  func list(
    _ request: APIRequest, _ selection: ObjectSelection, _ form: ObjectForm, now: Int
  ) throws(StatusObject) -> APIReply {
    let token = try request.parameter("continue").map { text throws(StatusObject) in
      try ContinueToken(text, namespace: selection.namespace)
    }
    let version = try shownVersion(request, token)
    let all: [StoredObject]
    do {
      all = try store.objects(of: selection.kind, at: version)
    } catch {
      guard let token else { throw .listTooOld }
      throw .continueTooOld(ContinueToken(version: nil, last: token.last))
    }
    let rest = all.filter { object in
      (selection.namespace ?? object.key.namespace) == object.key.namespace
        && token.map { $0.last < object.key } ?? true
    }
    let selected = rest.filter(selection.selects)
    let limit = request.parameter("limit").flatMap(Int.init) ?? 0
    let page = limit > 0 ? Array(selected.prefix(limit)) : selected
    // As the real server, which looks at what is selected only page by page: there is a next page
    // where objects follow, though none of them may be selected.
    var next: ContinueToken?
    if page.count == limit, let last = page.last?.key, let end = rest.last?.key, last < end {
      next = ContinueToken(version: version, last: last)
    }
    let selectsAll = selected.count == rest.count
    return APIReply(
      form.list(
        selection.kind, page, version: version, next: next,
        remaining: next != nil && selectsAll ? selected.count - page.count : nil, now: now))
  }

  /// The version that a list shows.
  private func shownVersion(
    _ request: APIRequest, _ token: ContinueToken?
  ) throws(StatusObject) -> Int {
    if let token { return token.version ?? store.version }
    guard let asked = try Self.version(request), asked > 0 else { return store.version }
    guard asked <= store.version else { throw .tooLarge(asked, current: store.version) }
    return request.parameter("resourceVersionMatch") == "Exact" ? asked : store.version
  }

  /// `resourceVersion`; nil where it is absent.
  private static func version(_ request: APIRequest) throws(StatusObject) -> Int? {
    guard let text = request.parameter("resourceVersion") else { return nil }
    guard let version = UInt(text), let version = Int(exactly: version) else {
      throw .badVersion(text)
    }
    return version
  }

  func watch(
    _ request: APIRequest, _ selection: ObjectSelection, _ form: ObjectForm
  ) throws(StatusObject) -> WatchPlan {
    let asked = try Self.version(request) ?? 0
    let sendsInitial = request.parameter("sendInitialEvents").map { _ in
      request.isSet("sendInitialEvents")
    }
    let wantsBookmarks = request.isSet("allowWatchBookmarks")
    var initial: [WatchEvent] = []
    var version: Int? = asked
    do {
      if sendsInitial ?? (asked == 0) {
        initial = try store.objects(of: selection.kind, at: store.version)
          .filter(selection.selects).map(WatchEvent.added)
        if sendsInitial == true, wantsBookmarks {
          initial.append(
            .bookmark(selection.kind, version: store.version, endsInitial: true))
        }
        version = store.version
      } else if asked == 0 {
        version = store.version
      } else {
        initial = try store.changes(after: asked).compactMap(selection.event)
        version = max(asked, store.version)
      }
    } catch {
      let status = StatusObject.tooOld(asked, current: store.version)
      guard watchExpiry == .event else { throw status }
      initial = [.error(status)]
      version = nil
    }
    return WatchPlan(
      selection: selection, form: form, initial: initial, version: version,
      wantsBookmarks: wantsBookmarks,
      timeoutSeconds: request.parameter("timeoutSeconds").flatMap(Int.init))
  }
}
