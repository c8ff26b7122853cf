internal import Naming
internal import Reporting
internal import Transport

/// What the doctor found out, each part by itself: one that could not be found out does not keep the
/// others from being examined.
struct DoctorEvidence: Sendable {
  enum Part<Value: Sendable>: Sendable {
    case known(Value)
    /// Why it is not known, in a few words.
    case unknown(String)

    var value: Value? {
      if case .known(let value) = self { value } else { nil }
    }

    /// Throws what is known of why it is not.
    func get() throws(Unknown) -> Value {
      switch self {
      case .known(let value): return value
      case .unknown(let why): throw Unknown(why: why)
      }
    }

    init(_ body: () async throws -> Value) async {
      do {
        self = .known(try await body())
      } catch let problem as Problem {
        self = .unknown("\(problem.on.map { "\($0): " } ?? "")\(problem.cameBack)")
      } catch let unknown as Unknown {
        self = .unknown(unknown.why)
      } catch {
        self = .unknown("\(error)")
      }
    }
  }

  struct Unknown: Error {
    var why: String
  }

  var target: Target
  var policy: DistributePlan.Policy
  /// How often the client is meant to ping an idle connection; nil where nobody said.
  var keepaliveTime: Duration?
  /// The environment variable that names a proxy for the target.
  var proxyVariable: String?
  /// What DNS and the Kubernetes API say.
  var names: Part<ResolveReport>
  /// What this identity may do of what lbcheck, and kuberesolver v6, need.
  var ownAccess: Part<AccessReport>
  var kuberesolverAccess: Part<AccessReport>
  /// Each address by itself; at most so many as the doctor may ask.
  var pods: Part<[PodExamination]>
  /// The name that certificates have to be for, as the target's resolver sets it; nil without TLS.
  var serverName: String?
  /// What a client with this policy does.
  var run: Part<Report>
}

/// One address, dialled by itself.
struct PodExamination: Sendable {
  enum Health: Sendable, Equatable {
    case serving
    /// The name of the status, such as `NOT_SERVING`.
    case notServing(String)
    case unimplemented
    /// Something else came back, or nothing.
    case unclear(String)
  }

  var address: String
  /// Nil where it connected.
  var failure: ConnectFailure?
  /// Nil for no limit.
  var maxConcurrentStreams: UInt32?
  var health: Health?
}

extension DoctorEvidence {
  var kubernetes: ResolveReport.Kubernetes? { names.value?.kubernetes }
  var service: ResolveReport.Service? { kubernetes?.service }

  /// Whether the client asks the Kubernetes API for its addresses.
  var watchesKubernetes: Bool { names.value?.target.scheme == "kubernetes" }

  /// What clients connect to.
  var addresses: [ResolveReport.Address] { names.value?.addresses ?? [] }

  var readyPods: Int? {
    kubernetes.map { $0.endpoints.count(where: \.ready) }
  }

  /// The Service's virtual IP, where that is all that clients are given.
  var virtualIP: String? {
    guard let names = names.value, addresses.count == 1 else { return nil }
    return names.comparison.first { $0.dns == true && $0.kubernetes == .virtualIP }?.address
  }

  /// Whether a proxy or mesh chooses a pod for every RPC, whatever the client does.
  var isBalancedPerCall: Bool { run.value?.verdict.basis == "per-call" }

  /// `why` of what is only known through the Kubernetes API.
  var whyNoKubernetes: String {
    switch names {
    case .unknown(let why): why
    case .known(let names):
      names.findings.first { $0.code == "LBC0140" }?.evidence
        ?? "the target is not the name of a Service that the Kubernetes API was asked about"
    }
  }
}
