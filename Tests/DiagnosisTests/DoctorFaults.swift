import Diagnosis
import Kubernetes
import Lab
import NIOPosix
import Naming
import Reporting
import Testing
import Transport

extension DoctorTests {
  private static func options(_ change: (inout LabOptions) -> Void) -> LabOptions {
    var options = LabOptions()
    options.kubernetes = KubernetesOptions()
    change(&options)
    return options
  }

  /// Publishes the lab's headless Service, or the one with a ClusterIP, with something changed.
  private static func service(
    _ lab: LabCluster, virtual: Bool = false, port: UInt16? = nil,
    _ change: (inout KubernetesService) -> Void
  ) async throws {
    var service = KubernetesService(
      name: virtual ? lab.names.virtualService : lab.names.service,
      namespace: lab.names.namespace,
      clusterIPs: virtual ? [lab.virtualIP.address.description] : [], isHeadless: !virtual,
      ports: [.init(name: "grpc", number: port ?? lab.port, target: .number(lab.port))])
    change(&service)
    try await lab.kubernetes?.apply(service)
  }

  private static let named = "kubernetes:///mygrpc-vip.default:grpc"

  static let faults: [Fault] = nameFaults + serviceFaults + pathFaults + podFaults + clientFaults

  static let nameFaults: [Fault] = [
    Fault(code: "LBC0100", name: "the name does not exist", level: .error) { plan, lab in
      plan.target = try LabRun.target("nothing.\(lab.names.headless)", lab)
    },
    Fault(
      code: "LBC0140", name: "no API server answers", level: .info,
      prepare: { try await $0.kubernetes?.stopListening() }),
    Fault(
      code: "LBC0120", name: "too many pods for UDP", level: .info,
      options: options { $0.pods = 100 }),
    Fault(
      code: "LBC0122", name: "two families",
      prepare: { lab in
        let six = try #require(IPAddress("::1"))
        _ = try await Pod.start(
          name: "six", address: six, port: lab.port,
          on: MultiThreadedEventLoopGroup.singleton.next())
        try await lab.kubernetes?.apply(
          EndpointSlice(
            name: "mygrpc-six", addressType: .ipv6,
            ports: [.init(name: "grpc", number: lab.port)],
            members: [.init(addresses: ["::1"], ready: true, pod: "six")]), of: "mygrpc")
        lab.dns.zone.setAddresses(lab.names.headless, lab.pods.map(\.address) + [six])
      }),
    Fault(
      code: "LBC0109", name: "a pod that is not ready is still in DNS",
      prepare: { lab in
        try await lab.setReady(false, pod: 1)
        lab.dns.zone.setAddresses(lab.names.headless, lab.pods.map(\.address))
      }),
    Fault(
      code: "LBC0143", name: "DNS is behind",
      prepare: { lab in
        lab.dns.zone.setAddresses(lab.names.headless, lab.pods.dropLast().map(\.address))
      }),
  ]

  static let serviceFaults: [Fault] = [
    Fault(
      code: "LBC0108", name: "publishNotReadyAddresses",
      prepare: { try await service($0) { $0.publishesNotReady = true } }),
    Fault(code: "LBC0105", name: "the Service's port on a headless name", level: .error) {
      plan, lab in
      plan.target = try Target("dns://\(lab.dnsServer)/\(lab.names.headless):\(lab.port ^ 1)")
    },
    Fault(
      code: "LBC0136", name: "the Service's port for kuberesolver", level: .error,
      prepare: { try await service($0, virtual: true, port: 81) { _ in } }
    ) { plan, _ in plan.target = try Target("kubernetes:///mygrpc-vip.default:81") },
    Fault(
      code: "LBC0106", name: "session affinity",
      prepare: { try await service($0, virtual: true) { $0.affinitySeconds = 600 } }
    ) { plan, _ in plan.target = try Target(named) },
    Fault(
      code: "LBC0107", name: "internalTrafficPolicy Local",
      prepare: { try await service($0, virtual: true) { $0.isLocalOnly = true } }
    ) { plan, _ in plan.target = try Target(named) },
    Fault(
      code: "LBC0133", name: "truncated Endpoints",
      prepare: { lab in
        try await lab.kubernetes?.apply(
          LegacyEndpoints(
            name: "mygrpc",
            subsets: [
              .init(
                addresses: lab.pods.map { .init(ip: $0.address.description, pod: $0.name) },
                ports: [.init(name: "grpc", number: lab.port)])
            ], isTruncated: true))
      }),
    Fault(
      code: "LBC0137", name: "an identity that may nothing but list", level: .info,
      options: options { $0.kubernetes?.grants = listing }
    ) { plan, _ in plan.lookup.cluster.context = LabIdentity.restricted.rawValue },
    Fault(
      code: "LBC0135", name: "a resolver that may not watch", level: .error,
      options: options { $0.kubernetes?.grants = listing }
    ) { plan, _ in
      plan.lookup.cluster.context = LabIdentity.restricted.rawValue
      plan.target = try Target("kubernetes:///mygrpc.default:grpc")
    },
    Fault(
      code: "LBC0130", name: "several EndpointSlices",
      options: options { $0.kubernetes?.sliceSize = 2 }
    ) { plan, _ in plan.target = try Target("kubernetes:///mygrpc.default:grpc") },
  ]

  private static let listing = [
    "get:services", "get:endpoints", "list:discovery.k8s.io/endpointslices",
  ]
  .compactMap { Grant($0) }

  static let pathFaults: [Fault] = [
    Fault(code: "LBC0114", name: "a proxy in the environment") { plan, _ in
      plan.lookup.environment = { $0 == "HTTPS_PROXY" ? "http://127.0.0.1:1" : nil }
    },
    Fault(code: "LBC0113", name: "an L7 proxy", level: .info) { plan, lab in
      plan.target = try LabRun.target(lab.names.proxy, lab)
    },
    Fault(
      code: "LBC0115", name: "a port-forward",
      prepare: { lab in
        _ = try await Pod.start(
          name: "forwarded", address: try #require(IPAddress("127.0.0.1")), port: lab.port,
          on: MultiThreadedEventLoopGroup.singleton.next())
      }
    ) { plan, lab in
      plan.target = try Target("127.0.0.1:\(lab.port)")
      plan.policy = .pickFirst
    },
  ]

  static let podFaults: [Fault] = [
    Fault(
      code: "LBC0153", name: "a certificate for another name", level: .error,
      options: options { $0.security = .tls }
    ) { plan, _ in
      var security = ClientSecurity.Options()
      security.serverName = "other.example"
      plan.security = security
    },
    Fault(
      code: "LBC0110", name: "a pod that does not listen", level: .error,
      prepare: { try await $0.kill(pod: 2) }),
    Fault(
      code: "LBC0150", name: "few streams per connection",
      prepare: { try await $0.setBehaviour { $0.maxConcurrentStreams = 5 } }),
    Fault(
      code: "LBC0151", name: "no health service", level: .info,
      prepare: { try await $0.setBehaviour { $0.answer = .status(12) } }),
    Fault(
      code: "LBC0152", name: "NOT_SERVING",
      prepare: { try await $0.setBehaviour(pods: 1..<2) { $0.isServing = false } }),
    Fault(
      code: "LBC0154", name: "a pod that fails", level: .error,
      prepare: { try await $0.setBehaviour(pods: 1..<2) { $0.answer = .status(14) } }),
  ]

  static let clientFaults: [Fault] = [
    Fault(code: "LBC0101", name: "a ClusterIP", level: .error) { plan, lab in
      plan.target = try LabRun.target(lab.names.clusterIP, lab)
    },
    Fault(code: "LBC0102", name: "pick_first", level: .error) { plan, _ in
      plan.policy = .pickFirst
    },
    Fault(code: "LBC0104", name: "round_robin over the name of a pod") { plan, lab in
      plan.target = try LabRun.target(lab.names.podHost(0), lab)
    },
    Fault(
      code: "LBC0112", name: "RPCs are reset",
      prepare: { try await $0.setBehaviour { $0.resetEvery = 5 } }),
    Fault(code: "LBC0160", name: "no connection ends", level: .info),
    Fault(code: "LBC0161", name: "a ping every 20 s") { plan, _ in
      plan.keepaliveTime = .seconds(20)
    },
  ]
}
