internal import Naming
internal import Reporting
internal import Resolution

/// What the API's answer itself shows about clients that read it.
struct ClusterFindings {
  private let reference: ServiceReference
  private let namespace: String
  private let answer: ClusterService.Answer
  /// How the API was read in this run.
  private let reading: ServiceReading

  init(
    _ cluster: ClusterService, _ answer: ClusterService.Answer, reading: ServiceReading = .union
  ) {
    self.init(
      cluster.reference, namespace: cluster.namespace, answer, reading: reading)
  }

  init(
    _ reference: ServiceReference, namespace: String, _ answer: ClusterService.Answer,
    reading: ServiceReading = .union
  ) {
    self.reference = reference
    self.namespace = namespace
    self.answer = answer
    self.reading = reading
  }

  var all: [Report.Finding] {
    var list = [serviceUnreadable, unknownPort]
    for version in [KuberesolverVersion.v6, .v5]
    where reading == .union || reading == .kuberesolver(version) {
      list.append(kuberesolver(version))
    }
    return (list + [truncation]).compactMap { $0 }
  }

  private var serviceUnreadable: Report.Finding? {
    guard answer.service == nil else { return nil }
    let port =
      if case .number = reference.port { "; the port is taken as the pods' own" } else { "" }
    return Report.Finding(
      code: "LBC0132", level: .info,
      message: "this identity may not read the Service itself\(port)",
      evidence: "get services \(reference.service) in namespace \(namespace) is forbidden",
      hint: "a resolver needs no more than the EndpointSlices; lbcheck rbac shows the rest")
  }

  /// Compares what a client of that library ends up with to what it should have.
  private func kuberesolver(_ version: KuberesolverVersion) -> Report.Finding? {
    let lists: [[Endpoint]?]
    switch version {
    case .v6: lists = answer.slices.map { $0.kuberesolverList(reference.port) }
    case .v5:
      guard let legacy = answer.legacy else { return nil }
      lists = [legacy.kuberesolverList(reference.port)]
    }
    let theirs = Set((lists.compactMap { $0 }.last ?? []).flatMap(\.addresses))
    let all = Set(answer.set.ready.flatMap(\.addresses))
    let reached = all.intersection(theirs)
    guard theirs != all, !all.isEmpty else { return nil }
    let why: String
    if case .number(let number) = reference.port, answer.port != reference.port, reached.isEmpty {
      why = "it dials port \(number) of the pods, which is the Service's port and not theirs"
    } else if version == .v6, answer.slices.count > 1 {
      why =
        "it takes each EndpointSlice that it hears of for the whole list (issue #66), and this "
        + "Service has \(answer.slices.count)"
    } else {
      why = "it reads conditions and ports in its own way"
    }
    let isMeasured = reading != .union
    return Report.Finding(
      code: "LBC0130", level: .warning,
      message:
        "a kuberesolver \(version.rawValue) client \(isMeasured ? "reaches" : "would reach") "
        + "\(reached.count) of \(all.count) ready addresses",
      evidence: why,
      hint: isMeasured
        ? "give the Service clusterIP: None and the client dns:/// instead, or a resolver that unites "
          + "EndpointSlices"
        : "--as-kuberesolver \(version.rawValue) measures that")
  }

  /// Of a kuberesolver client, which goes on all the same.
  private var unknownPort: Report.Finding? {
    guard case .kuberesolver(let version) = reading, case .name(let name) = reference.port,
      answer.set.endpoints.isEmpty
    else { return nil }
    return Report.Finding(
      code: "LBC0131", level: .warning, message: "the Service has no TCP port named \(name)",
      evidence: version == .v5
        ? "kuberesolver \(version.rawValue) takes the first port instead, and says nothing"
        : "kuberesolver \(version.rawValue) dials that name as if it were a number",
      hint: "lbcheck resolve lists the ports that there are")
  }

  private var truncation: Report.Finding? {
    guard answer.legacy?.isTruncated == true else { return nil }
    return Report.Finding(
      code: "LBC0133", level: .warning,
      message: "the Endpoints object leaves out pods past 1,000 addresses",
      evidence: "annotation endpoints.kubernetes.io/over-capacity: truncated",
      hint: "clients have to read EndpointSlices")
  }
}
