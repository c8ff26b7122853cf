private import FoundationEssentials

/// An object as somebody wants it to be, before the store has numbered it.
struct ObjectDraft: Hashable, Sendable {
  let kind: KubernetesKind
  let key: ObjectKey
  var labels: [String: String] = [:]
  var annotations: [String: String] = [:]
  var generateName: String?
  var deletionTime: Int?
  /// Seconds between the request to delete it and `deletionTime`.
  var deletionGrace: Int?
  var owner: JSONValue?
  /// What stands next to `metadata`.
  let content: JSONValue
  /// The cells of `kubectl get` between NAME and AGE, and those of `-o wide` after it.
  let cells: [JSONValue]
  let wideCells: [JSONValue]
  /// What `status.podIP` selects by.
  var podIP: String?

  init(
    _ kind: KubernetesKind, _ key: ObjectKey, content: JSONValue, cells: [JSONValue],
    wideCells: [JSONValue] = []
  ) {
    self.kind = kind
    self.key = key
    self.content = content
    self.cells = cells
    self.wideCells = wideCells
  }
}

/// Where an object is among those of its kind; in the order in which they are listed.
struct ObjectKey: Hashable, Comparable, Sendable {
  let namespace: String
  let name: String

  static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

/// One version of an object in the store.
struct StoredObject: Hashable, Sendable {
  let draft: ObjectDraft
  let uid: String
  /// Seconds since 1970.
  let created: Int
  let generation: Int
  let version: Int
  /// The members of the JSON object, except `kind` and `apiVersion`, which elements of a list
  /// have not got. Written once: lists and watches repeat it.
  let text: String

  init(_ draft: ObjectDraft, uid: String, created: Int, generation: Int, version: Int) {
    self.draft = draft
    self.uid = uid
    self.created = created
    self.generation = generation
    self.version = version
    let metadata = Self.metadata(draft, uid, created, generation, version)
    text = String(
      JSONValue.object([.init(key: "metadata", value: metadata)] + draft.content.members)
        .description.dropFirst().dropLast())
  }

  /// The last version of an object that is gone: only its number is new.
  func deleted(at version: Int) -> StoredObject {
    StoredObject(draft, uid: uid, created: created, generation: generation, version: version)
  }

  var key: ObjectKey { draft.key }

  /// As an element of a list.
  var item: String { "{\(text)}" }

  /// As the answer to GET and in events.
  var whole: String {
    let resource = draft.kind.resource
    return #"{"kind":"\#(resource.kind)","apiVersion":"\#(resource.groupVersion)",\#(text)}"#
  }

  var metadata: JSONValue { Self.metadata(draft, uid, created, generation, version) }

  private static func metadata(
    _ draft: ObjectDraft, _ uid: String, _ created: Int, _ generation: Int, _ version: Int
  ) -> JSONValue {
    [
      "name": .string(draft.key.name),
      "generateName": draft.generateName.map(JSONValue.string),
      "namespace": .string(draft.key.namespace),
      "uid": .string(uid),
      "resourceVersion": .string(String(version)),
      "generation": draft.kind.hasGeneration ? .integer(generation) : nil,
      "creationTimestamp": .string(timestamp(created)),
      "deletionTimestamp": draft.deletionTime.map { .string(timestamp($0)) },
      "deletionGracePeriodSeconds": draft.deletionGrace.map(JSONValue.integer),
      "labels": .map(draft.labels),
      "annotations": .map(draft.annotations),
      "ownerReferences": draft.owner.map { [$0] },
    ]
  }
}

/// RFC 3339 in UTC, of seconds since 1970.
func timestamp(_ seconds: Int) -> String {
  Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
}
