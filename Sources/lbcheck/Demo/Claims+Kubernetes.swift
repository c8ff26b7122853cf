import Diagnosis
import Kubernetes
import Lab
import Naming
import Reporting
import Resolution

extension Claim {
  /// Resolvers that ask the Kubernetes API.
  static let kubernetes: [Claim] = [
    Claim(
      name: "kubernetes-watch",
      sentence: "a resolver that watches the Kubernetes API notices a new pod at once",
      why: """
        The API tells of every change of the Service's EndpointSlices. No connection has to end first.
        """,
      expected: "the new pod's first RPC comes within a second"
    ) { seed in
      try await DemoLab.with(seed, { $0.kubernetes = KubernetesOptions() }) { lab in
        let target = try Target("kubernetes:///mygrpc.default:grpc")
        let report = try await lab.run(target, .roundRobin) { plan in
          plan.membership = nil
        } while: { cluster in
          try await cluster.scale(to: 6)
          try await Task.sleep(for: .milliseconds(800))
        }
        let blindSpot = try await lab.time(
          from: .inAPI, to: .firstRequest, ofPod: lab.cluster.names.pod(5))
        return Observation(
          held: (blindSpot ?? .seconds(9)) < .seconds(1) && report.rpcs.lost == 0,
          measured: "the new pod's first RPC came after \(blindSpot?.told ?? "never")")
      }
    },
    Claim(
      name: "no-rbac",
      sentence: "without RBAC such a resolver finds nobody",
      why: """
        A ServiceAccount may list and watch EndpointSlices only where a Role says so. lbcheck rbac shows \
        what is missing, and the manifest that adds it.
        """,
      expected: "the API refuses, and there is no address"
    ) { seed in
      try await DemoLab.with(seed, { $0.kubernetes = KubernetesOptions() }) { lab in
        let target = try Target("kubernetes:///mygrpc.default:grpc")
        do {
          let report = try await lab.run(target, .roundRobin) { plan in
            plan.membership = nil
            plan.lookup.cluster.context = LabIdentity.restricted.rawValue
          }
          return Observation(held: false, measured: report.told)
        } catch let problem as Problem {
          return Observation(
            held: problem.phase == .kubernetes && problem.cameBack.contains("forbidden"),
            measured: problem.cameBack)
        }
      }
    },
    Claim(
      name: "kuberesolver-slices",
      sentence: "kuberesolver v6 uses one EndpointSlice of several",
      why: """
        It takes each slice that it hears of for the whole list (issue #66). More than 100 pods, or two \
        address families, make several slices.
        """,
      expected: "only the pods of one slice answer"
    ) { seed in
      try await DemoLab.with(
        seed,
        { options in
          options.kubernetes = KubernetesOptions()
          options.kubernetes?.sliceSize = 2
        }
      ) { lab in
        let target = try Target("kubernetes:///mygrpc.default:grpc")
        let report = try await lab.run(target, .roundRobin) { plan in
          plan.membership = nil
          plan.lookup.reading = .kuberesolver(.v6)
        }
        return Observation(
          held: (1...2).contains(report.answering) && report.pods.count == 5,
          measured: "\(report.told) (2 pods in a slice)")
      }
    },
  ]
}
