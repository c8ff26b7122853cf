internal import Naming
internal import Reporting

/// What the API's answer itself shows about clients that read it.
struct ClusterFindings {
  private let reference: ServiceReference
  private let namespace: String
  private let answer: ClusterService.Answer

  init(_ cluster: ClusterService, _ answer: ClusterService.Answer) {
    self.init(cluster.reference, namespace: cluster.namespace, answer)
  }

  init(_ reference: ServiceReference, namespace: String, _ answer: ClusterService.Answer) {
    self.reference = reference
    self.namespace = namespace
    self.answer = answer
  }

  var all: [Report.Finding] {
    [serviceUnreadable, kuberesolver(.v6), kuberesolver(.v5), truncation].compactMap { $0 }
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
    return Report.Finding(
      code: "LBC0130", level: .warning,
      message: "a kuberesolver \(version.rawValue) client would reach \(reached.count) of "
        + "\(all.count) ready addresses",
      evidence: why, hint: "--as-kuberesolver \(version.rawValue) measures that")
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
