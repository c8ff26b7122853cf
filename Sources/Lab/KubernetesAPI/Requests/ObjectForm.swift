/// How objects are written: as themselves or as rows of a table, which `kubectl get` asks for.
struct ObjectForm: Hashable, Sendable {
  /// What a row carries of its object (`includeObject`).
  enum Row: String, Hashable, Sendable {
    case none = "None"
    case metadata = "Metadata"
    case object = "Object"
  }

  fileprivate struct Table: Hashable {
    let version: String
    let row: Row
  }

  /// Nil writes objects as themselves.
  private let table: Table?

  static let plain = ObjectForm(table: nil)

  private init(table: Table?) { self.table = table }

  /// What the request accepts first of what there is.
  init(_ request: APIRequest) throws(StatusObject) {
    for type in request.accepted where type.isJSON {
      switch (type["as"], type["g"], type["v"]) {
      case (nil, _, _):
        self = .plain
        return
      case ("Table", "meta.k8s.io", let version?) where ["v1", "v1beta1"].contains(version):
        table = Table(
          version: version,
          row: request.parameter("includeObject").flatMap(Row.init) ?? .metadata)
        return
      default: continue
      }
    }
    throw .notAcceptable
  }

  /// One object, by itself or in an event.
  func single(_ object: StoredObject, now: Int) -> String {
    guard let table else { return object.whole }
    return table.text(
      object.draft.kind, [object],
      metadata: ["resourceVersion": .string(String(object.version))], now: now)
  }

  func list(
    _ kind: KubernetesKind, _ objects: [StoredObject], version: Int, next: ContinueToken?,
    remaining: Int?, now: Int
  ) -> String {
    let metadata: JSONValue = [
      "resourceVersion": .string(String(version)), "continue": next.map { .string($0.text) },
      "remainingItemCount": remaining.map(JSONValue.integer),
    ]
    if let table { return table.text(kind, objects, metadata: metadata, now: now) }
    let resource = kind.resource
    return #"{"kind":"\#(resource.kind)List","apiVersion":"\#(resource.groupVersion)","#
      + #""metadata":\#(metadata),"items":[\#(objects.map(\.item).joined(separator: ","))]}"#
  }
}

extension ObjectForm.Table {
  fileprivate func text(
    _ kind: KubernetesKind, _ objects: [StoredObject], metadata: JSONValue, now: Int
  ) -> String {
    let columns = kind.columns.map { column -> JSONValue in
      [
        "name": .string(column.name), "type": .string(column.type),
        "format": column.name == "Name" ? "name" : "", "description": "",
        "priority": .integer(column.isWide ? 1 : 0),
      ]
    }
    let rows = objects.map { object in
      let cells = JSONValue.array(
        [.string(object.key.name)] + object.draft.cells + [.string(Self.age(now - object.created))]
          + object.draft.wideCells)
      return #"{"cells":\#(cells),"object":\#(content(object))}"#
    }
    return #"{"kind":"Table","apiVersion":"meta.k8s.io/\#(version)","metadata":\#(metadata),"#
      + #""columnDefinitions":\#(JSONValue.array(columns)),"#
      + #""rows":[\#(rows.joined(separator: ","))]}"#
  }

  private func content(_ object: StoredObject) -> String {
    switch row {
    case .none: "null"
    case .object: object.whole
    case .metadata:
      #"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/\#(version)","#
        + #""metadata":\#(object.metadata)}"#
    }
  }

  /// As kubectl shows durations, in their largest unit.
  private static func age(_ seconds: Int) -> String {
    switch seconds {
    case ..<120: "\(max(0, seconds))s"
    case ..<10_800: "\(seconds / 60)m"
    default: "\(seconds / 3_600)h"
    }
  }
}

/// A column of `kubectl get`.
private struct Column {
  let name: String
  var type = "string"
  /// Shown with `-o wide` only.
  var isWide = false
}

extension KubernetesKind {
  fileprivate var columns: [Column] {
    func columns(_ names: [String], wide: [String] = []) -> [Column] {
      (["Name"] + names + ["Age"]).map { Column(name: $0) }
        + wide.map { Column(name: $0, isWide: true) }
    }
    switch self {
    case .endpoints: return columns(["Endpoints"])
    case .endpointSlices: return columns(["AddressType", "Ports", "Endpoints"])
    case .pods:
      return columns(
        ["Ready", "Status", "Restarts"], wide: ["IP", "Node", "Nominated Node", "Readiness Gates"])
    case .services:
      return columns(["Type", "Cluster-IP", "External-IP", "Port(s)"], wide: ["Selector"])
    }
  }
}
