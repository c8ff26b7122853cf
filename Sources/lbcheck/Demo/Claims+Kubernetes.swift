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
          held: blindSpot.map { $0 < .seconds(1) } ?? false && report.rpcs.lost == 0,
          measured:
            "the new pod's first RPC came \(blindSpot.map { "after \($0.told)" } ?? "never"); "
            + "\(report.rpcs.lost) lost")
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
      expected: "exactly the pods of one slice answer, of slices with 3 and 2 pods"
    ) { seed in
      try await DemoLab.with(
        seed,
        { options in
          options.kubernetes = KubernetesOptions()
          // No slice with one pod: that would look like pick_first.
          options.kubernetes?.sliceSize = 3
        }
      ) { lab in
        let target = try Target("kubernetes:///mygrpc.default:grpc")
        let report = try await lab.run(target, .roundRobin) { plan in
          plan.membership = nil
          plan.lookup.reading = .kuberesolver(.v6)
        }
        let names = lab.cluster.pods.map(\.name)
        let slices = [Set(names.prefix(3)), Set(names.dropFirst(3))]
        let answering = Set(report.pods.filter { $0.rpcs > 0 }.compactMap(\.pod))
        return Observation(
          held: slices.contains(answering) && report.pods.count == names.count,
          measured: report.told)
      }
    },
  ]
}
