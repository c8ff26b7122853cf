/// The documents by which clients find out what the server has.
enum Discovery {
  private static let groups = Set(ResourceType.all.map(\.group)).subtracting([""]).sorted()

  static let version: JSONValue = [
    "major": "1", "minor": "36", "gitVersion": "v1.36.2", "gitCommit": "lbcheck-lab",
    "gitTreeState": "clean", "buildDate": "2026-08-21T00:00:00Z", "goVersion": "none",
    "compiler": "swiftc", "platform": "linux/amd64",
  ]

  /// Nil for paths that are none of its documents.
  static func document(_ request: APIRequest, address: String) -> (JSONValue, type: String)? {
    let parts = request.path.split(separator: "/").map(String.init)
    let isAggregated = request.accepted.lazy.compactMap(aggregation).first
    func plain(_ json: JSONValue?) -> (JSONValue, type: String)? {
      json.map { ($0, "application/json") }
    }
    switch (parts.first, parts.count) {
    case ("version", 1): return plain(version)
    case ("api", 1), ("apis", 1):
      let isCore = parts[0] == "api"
      if let version = isAggregated ?? nil {
        let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        return (aggregated(isCore ? [""] : groups, version), type)
      }
      return plain(isCore ? coreVersions(address) : groupList)
    case ("api", 2): return plain(resources(group: "", version: parts[1]))
    case ("apis", 2): return plain(groups.contains(parts[1]) ? group(parts[1]) : nil)
    case ("apis", 3): return plain(resources(group: parts[1], version: parts[2]))
    default: return nil
    }
  }

  /// The version of aggregated discovery that a media type asks for, `.some(nil)` for plain JSON,
  /// nil for what is not served.
  private static func aggregation(_ type: MediaType) -> String?? {
    guard type.isJSON else { return nil }
    guard let form = type["as"] else { return .some(nil) }
    guard form == "APIGroupDiscoveryList", let version = type["v"],
      ["v2", "v2beta1"].contains(version)
    else { return nil }
    return .some(version)
  }

  private static func coreVersions(_ address: String) -> JSONValue {
    [
      "kind": "APIVersions", "versions": ["v1"],
      "serverAddressByClientCIDRs": [
        ["clientCIDR": "0.0.0.0/0", "serverAddress": .string(address)]
      ],
    ]
  }

  private static var groupList: JSONValue {
    ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(groupEntry))]
  }

  private static func group(_ name: String) -> JSONValue {
    let head: JSONValue = ["kind": "APIGroup", "apiVersion": "v1"]
    return .object(head.members + groupEntry(name).members)
  }

  private static func groupEntry(_ name: String) -> JSONValue {
    let version: JSONValue = [
      "groupVersion": .string("\(name)/\(ResourceType.version)"),
      "version": .string(ResourceType.version),
    ]
    return ["name": .string(name), "versions": [version], "preferredVersion": version]
  }

  private static func resources(group: String, version: String) -> JSONValue? {
    let resources = ResourceType.all.filter { $0.group == group }
    guard version == ResourceType.version, let first = resources.first else { return nil }
    let entries = resources.map { resource -> JSONValue in
      [
        "name": .string(resource.plural), "singularName": .string(resource.singular),
        "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
        "verbs": .strings(resource.verbs),
        "shortNames": resource.shortNames.isEmpty ? nil : .strings(resource.shortNames),
        "categories": resource.categories.isEmpty ? nil : .strings(resource.categories),
      ]
    }
    return [
      "kind": "APIResourceList", "apiVersion": group.isEmpty ? nil : "v1",
      "groupVersion": .string(first.groupVersion), "resources": .array(entries),
    ]
  }

  private static func aggregated(_ groups: [String], _ version: String) -> JSONValue {
    let items = groups.map { group -> JSONValue in
      let resources = ResourceType.all.filter { $0.group == group }.map { resource -> JSONValue in
        [
          "resource": .string(resource.plural),
          "responseKind": ["group": "", "version": "", "kind": .string(resource.kind)],
          "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
          "singularResource": .string(resource.singular), "verbs": .strings(resource.verbs),
          "shortNames": resource.shortNames.isEmpty ? nil : .strings(resource.shortNames),
          "categories": resource.categories.isEmpty ? nil : .strings(resource.categories),
        ]
      }
      return [
        "metadata": ["name": group.isEmpty ? nil : .string(group)],
        "versions": [
          [
            "version": .string(ResourceType.version), "resources": .array(resources),
            "freshness": "Current",
          ]
        ],
      ]
    }
    return [
      "kind": "APIGroupDiscoveryList",
      "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
      "items": .array(items),
    ]
  }
}
