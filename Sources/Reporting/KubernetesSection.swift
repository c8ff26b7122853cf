private import Distribution

/// What the Kubernetes API says of a Service, for people: the Service in words, then one table in
/// which every address stands beside the answers that have it.
struct KubernetesSection {
  private let kubernetes: ResolveReport.Kubernetes
  private let comparison: [ResolveReport.Comparison]

  init(_ kubernetes: ResolveReport.Kubernetes, _ comparison: [ResolveReport.Comparison]) {
    self.kubernetes = kubernetes
    self.comparison = comparison
  }

  func add(to page: inout Page) {
    page.add(line: "")
    page.add("Kubernetes API", "\(kubernetes.server) (\(kubernetes.access))")
    if let service = kubernetes.service {
      page.add("Service", "\(service.name) in \(kubernetes.namespace): \(service.words)")
    }
    page.add("EndpointSlices", slices)
    if let legacy = kubernetes.legacy {
      page.add(
        "Endpoints",
        "\(legacy.addresses) ready, \(legacy.notReady) not ready"
          + (legacy.truncated ? ", truncated at 1,000 addresses" : ""),
        legacy.truncated ? .bad : nil)
    }
    guard !comparison.isEmpty else { return }
    page.add(line: "")
    page.add(table)
  }

  private var slices: String {
    let all = kubernetes.endpoints
    let ready = all.count(where: \.ready)
    let terminating = all.count { !$0.ready && $0.terminating }
    var text =
      "\(counted(kubernetes.slices, "slice")), \(counted(all.count, "endpoint")): \(ready) ready"
    if all.count - ready - terminating > 0 {
      text += ", \(all.count - ready - terminating) not ready"
    }
    if terminating > 0 { text += ", \(terminating) terminating" }
    return text
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: "ADDRESS"), .init(title: "PORT", isRight: true), .init(title: "POD"),
      .init(title: "DNS"),
      .init(title: "KUBERNETES"), .init(title: "ENDPOINTS"), .init(title: "NODE"),
      .init(title: "ZONE"),
    ])
    for row in comparison {
      table.add([
        .init(row.address), .init(row.port.map(String.init) ?? "-"), .init(row.pod ?? "-"),
        Self.cell(row.dns),
        .init(row.kubernetes.rawValue, row.kubernetes.paint), Self.cell(row.endpoints),
        .init(row.node ?? "-"), .init(row.zone ?? "-"),
      ])
    }
    return table
  }

  private static func cell(_ isThere: Bool?) -> TextTable.Cell {
    .init(isThere.map { $0 ? "yes" : "no" } ?? "-")
  }
}

extension ResolveReport.Comparison.State {
  fileprivate var paint: Style.Paint? {
    switch self {
    case .ready: .good
    case .virtualIP: nil
    case .notReady, .terminating: .unsure
    case .absent: .bad
    }
  }
}

extension ResolveReport.Service {
  /// Everything that decides where RPCs go, in one line.
  fileprivate var words: String {
    var parts = [headless ? "headless" : type]
    if !clusterIPs.isEmpty { parts.append("virtual IP \(clusterIPs.joined(separator: ", "))") }
    if let externalName { parts.append("another name for \(externalName)") }
    if !selector, externalName == nil {
      parts.append("no selector: its endpoints are written by hand")
    }
    if let affinity { parts.append("ClientIP affinity of \(affinity) s") }
    if internalTrafficPolicy != "Cluster" {
      parts.append("internalTrafficPolicy \(internalTrafficPolicy)")
    }
    if publishesNotReady { parts.append("publishes pods that are not ready") }
    if let trafficDistribution { parts.append("trafficDistribution \(trafficDistribution)") }
    return (parts + ports.map(\.words)).joined(separator: "; ")
  }
}

extension ResolveReport.Port {
  fileprivate var words: String {
    let label = name.map { " \($0)" } ?? ""
    let app = appProtocol.map { " (\($0))" } ?? ""
    return "port\(label) \(port)/\(transport) to targetPort \(targetPort)\(app)"
  }
}
