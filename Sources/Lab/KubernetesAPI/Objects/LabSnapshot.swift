internal import Naming

/// What a pod of the lab is to Kubernetes.
enum PodState: Hashable, Sendable {
  /// Created, and without an address that anybody knows.
  case pending
  case ready, notReady
  /// Deleted, and still answering what it had been asked.
  case terminating
  /// Deleted and ended.
  case gone
}

/// The lab at one moment, as far as Kubernetes objects tell of it.
struct LabSnapshot: Hashable, Sendable {
  struct Pod: Hashable, Sendable {
    let name: String
    let address: IPAddress
    let port: UInt16
    let node: String
    let zone: String
    let state: PodState
    /// Seconds since 1970.
    let started: Int
    /// When it came into its state.
    let changed: Int
    /// Seconds that it has to end by itself.
    let grace: Int
  }

  let names: LabNames
  let virtualIP: IPAddress
  let port: UInt16
  let pods: [Pod]

  /// Three nodes, each in a zone of its own; pods go to them in turn.
  static func place(ofPod index: Int) -> (node: String, zone: String) {
    ("node-\(index % 3 + 1)", "zone-\(["a", "b", "c"][index % 3])")
  }

  private var selector: [String: String] { ["app": names.service] }

  fileprivate var services: [KubernetesService] {
    let ports = [
      KubernetesService.Port(
        name: "grpc", number: port, target: .number(port), appProtocol: "kubernetes.io/h2c")
    ]
    return [
      KubernetesService(
        name: names.service, namespace: names.namespace, isHeadless: true, ports: ports),
      KubernetesService(
        name: names.virtualService, namespace: names.namespace,
        clusterIPs: [virtualIP.description], ports: ports),
    ]
  }

  fileprivate func podDrafts() -> [ObjectDraft] {
    pods.filter { $0.state != .gone }.map {
      ObjectDraft($0, labels: selector, in: names.namespace)
    }
  }

  fileprivate func serviceDrafts() -> [ObjectDraft] {
    services.map { ObjectDraft($0, selector: selector) }
  }

  var readyPods: [Pod] { pods.filter { $0.state == .ready } }

  /// Pods stay in their slice whatever becomes of the others, as the controller has it; a slice
  /// that has become empty goes, except the last.
  fileprivate func slices(of service: String, size: Int) -> [EndpointSlice] {
    var slices: [EndpointSlice] = []
    for start in stride(from: 0, to: pods.count, by: size) {
      let members = pods[start..<min(start + size, pods.count)].filter {
        $0.state != .gone && $0.state != .pending
      }
      guard !members.isEmpty else { continue }
      slices.append(slice(of: service, number: start / size, members.map(member)))
    }
    return slices.isEmpty ? [slice(of: service, number: 0, [])] : slices
  }

  private func slice(
    of service: String, number: Int, _ members: [EndpointSlice.Member]
  ) -> EndpointSlice {
    let ports = [
      EndpointSlice.Port(name: "grpc", number: port, appProtocol: "kubernetes.io/h2c")
    ]
    return EndpointSlice(
      name: "\(service)-\(Self.suffix(number))", addressType: .ipv4,
      ports: members.isEmpty ? [] : ports, members: members)
  }

  private func member(_ pod: Pod) -> EndpointSlice.Member {
    EndpointSlice.Member(
      addresses: [pod.address.description], ready: pod.state == .ready,
      serving: pod.state != .notReady, terminating: pod.state == .terminating,
      pod: pod.name, node: pod.node, zone: pod.zone)
  }

  fileprivate func endpoints(of service: String) -> LegacyEndpoints {
    func addresses(_ state: PodState) -> [LegacyEndpoints.Address] {
      pods.filter { $0.state == state }.map {
        LegacyEndpoints.Address(ip: $0.address.description, pod: $0.name, node: $0.node)
      }
    }
    let (ready, notReady) = (addresses(.ready), addresses(.notReady))
    let port = EndpointSlice.Port(name: "grpc", number: port, appProtocol: "kubernetes.io/h2c")
    let subset = LegacyEndpoints.Subset(addresses: ready, notReady: notReady, ports: [port])
    return LegacyEndpoints(
      name: service, subsets: ready.isEmpty && notReady.isEmpty ? [] : [subset])
  }

  /// Five characters like those that Kubernetes appends to a `generateName`, the same every time.
  private static func suffix(_ number: Int) -> String {
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    var generator = SplitMix64(seed: UInt64(number))
    return String((0..<5).map { _ in alphabet[Int.random(in: 0..<27, using: &generator)] })
  }
}

extension ObjectStore {
  /// Makes the lab's own objects what the snapshot says; all others stay.
  mutating func publish(_ lab: LabSnapshot, sliceSize: Int, at time: Int) {
    let namespace = lab.names.namespace
    for draft in lab.serviceDrafts() + lab.podDrafts() { apply(draft, at: time) }
    let (pods, services) = (self, lab.services)
    let uids: PodUIDs = { pods[.pods, ObjectKey(namespace: namespace, name: $0)]?.uid }
    for service in services {
      publish(service, lab.slices(of: service.name, size: sliceSize), uids, at: time)
      var endpoints = ObjectDraft(lab.endpoints(of: service.name), in: namespace, uids: uids)
      endpoints.labels["endpoints.kubernetes.io/managed-by"] = "endpoint-controller"
      if service.isHeadless { endpoints.labels[Self.headlessLabel] = "" }
      apply(endpoints, at: time)
    }
    for pod in lab.pods where pod.state == .gone {
      delete(.pods, ObjectKey(namespace: namespace, name: pod.name))
    }
  }

  private static let headlessLabel = "service.kubernetes.io/headless"
  private static let managerLabel = "endpointslice.kubernetes.io/managed-by"
  private static let manager = "endpointslice-controller.k8s.io"

  private mutating func publish(
    _ service: KubernetesService, _ slices: [EndpointSlice], _ uids: PodUIDs, at time: Int
  ) {
    let owner = self[.services, ObjectKey(namespace: service.namespace, name: service.name)]
    let drafts = slices.map { slice in
      var draft = ObjectDraft(slice, of: service.name, in: service.namespace, uids: uids)
      draft.generateName = "\(service.name)-"
      draft.labels[Self.managerLabel] = Self.manager
      if service.isHeadless { draft.labels[Self.headlessLabel] = "" }
      draft.owner = [
        "apiVersion": "v1", "kind": "Service", "name": .string(service.name),
        "uid": owner.map { .string($0.uid) }, "controller": true, "blockOwnerDeletion": true,
      ]
      return draft
    }
    for draft in drafts { apply(draft, at: time) }
    let kept = Set(drafts.map(\.key))
    for key in keys(.endpointSlices, ownedBy: owner?.uid) where !kept.contains(key) {
      delete(.endpointSlices, key)
    }
  }
}
