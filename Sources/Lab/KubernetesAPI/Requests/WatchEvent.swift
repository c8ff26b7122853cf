/// One event of a watch.
enum WatchEvent: Hashable, Sendable {
  case added(StoredObject)
  case modified(StoredObject)
  case deleted(StoredObject)
  /// Only the version that has been reached; the first of a watch that asked for initial events
  /// says that they are complete.
  case bookmark(KubernetesKind, version: Int, endsInitial: Bool)
  case error(StatusObject)

  /// The line that is sent.
  func line(_ form: ObjectForm, now: Int) -> String {
    let (type, object): (String, String) =
      switch self {
      case .added(let object): ("ADDED", form.single(object, now: now))
      case .modified(let object): ("MODIFIED", form.single(object, now: now))
      case .deleted(let object): ("DELETED", form.single(object, now: now))
      case .bookmark(let kind, let version, let endsInitial):
        ("BOOKMARK", Self.bookmark(kind, version, endsInitial).description)
      case .error(let status): ("ERROR", status.json.description)
      }
    return #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  private static func bookmark(
    _ kind: KubernetesKind, _ version: Int, _ endsInitial: Bool
  ) -> JSONValue {
    let head: JSONValue = [
      "kind": .string(kind.resource.kind), "apiVersion": .string(kind.resource.groupVersion),
      "metadata": [
        "resourceVersion": .string(String(version)),
        "annotations": endsInitial ? ["k8s.io/initial-events-end": "true"] : nil,
      ],
    ]
    return .object(head.members + kind.emptyContent)
  }
}
