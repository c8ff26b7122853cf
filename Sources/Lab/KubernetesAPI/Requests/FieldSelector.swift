/// A field selector. Few fields can be selected by, and only for equality.
struct FieldSelector: Hashable, Sendable {
  private struct Requirement: Hashable {
    let field: String
    let value: String
    let isEqual: Bool
  }

  private var requirements: [Requirement] = []

  /// The name that every selected object must have, where one is given. Authorization looks at it
  /// like at a name in the path.
  var name: String? {
    requirements.first { $0.field == "metadata.name" && $0.isEqual }?.value
  }

  /// - Parameter name: selects the object of that name.
  init(name: String? = nil) {
    if let name { require("metadata.name", name, isEqual: true) }
  }

  /// Reads `metadata.name=a,metadata.namespace!=b`.
  init(_ text: String, for kind: KubernetesKind) throws(StatusObject) {
    for part in text.split(separator: ",") {
      guard let sign = part.firstIndex(of: "=") else {
        throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
      }
      var field = part[..<sign]
      let isEqual = field.last != "!"
      if !isEqual { field.removeLast() }
      var value = part[part.index(after: sign)...]
      if value.first == "=" { value.removeFirst() }
      let known =
        ["metadata.name", "metadata.namespace"].contains(field)
        || (kind == .pods && field == "status.podIP")
      guard known else { throw .badRequest("field label not supported: \(field)") }
      require(String(field), String(value), isEqual: isEqual)
    }
  }

  mutating func require(_ field: String, _ value: String, isEqual: Bool) {
    requirements.append(Requirement(field: field, value: value, isEqual: isEqual))
  }

  func selects(_ object: ObjectDraft) -> Bool {
    requirements.allSatisfy { requirement in
      let value =
        switch requirement.field {
        case "metadata.name": object.key.name
        case "metadata.namespace": object.key.namespace
        default: object.podIP ?? ""
        }
      return (value == requirement.value) == requirement.isEqual
    }
  }
}

/// Which objects a list or a watch is about.
struct ObjectSelection: Hashable, Sendable {
  let kind: KubernetesKind
  /// Nil for all namespaces.
  let namespace: String?
  let labels: LabelSelector
  let fields: FieldSelector

  func selects(_ object: StoredObject) -> Bool {
    object.draft.kind == kind && (namespace ?? object.key.namespace) == object.key.namespace
      && labels.selects(object.draft.labels) && fields.selects(object.draft)
  }

  /// What a watcher of the selection is told of a change: an object that comes to match is new to
  /// it, one that no longer matches is gone.
  func event(for change: ObjectStore.Change) -> WatchEvent? {
    let before = change.before.flatMap { selects($0) ? $0 : nil }
    let after = change.after.flatMap { selects($0) ? $0 : nil }
    switch (before, after) {
    case (nil, nil): return nil
    case (nil, let after?): return .added(after)
    case (_?, let after?): return .modified(after)
    case (let before?, nil): return .deleted(before.deleted(at: change.version))
    }
  }
}
