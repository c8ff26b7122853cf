internal import Kubernetes
package import Naming
package import Reporting

/// Everything that `lbcheck rbac` was asked to do.
package struct AccessPlan: Sendable {
  /// A ServiceAccount of any namespace.
  package struct ServiceAccount: Hashable, Sendable {
    package var name: String
    /// Nil for the Service's.
    package var namespace: String?

    package init(name: String, namespace: String? = nil) {
      self.name = name
      self.namespace = namespace
    }
  }

  package var target: Target
  package var reader: ResolverReader
  /// Nil for the identity that asks.
  package var serviceAccount: ServiceAccount?
  package var lookup: LookupOptions
  package var version: String
  /// Told of every step, a line each (`-v`).
  package var stepLog: (@Sendable (String) -> Void)?

  package init(
    target: Target, reader: ResolverReader, serviceAccount: ServiceAccount?, lookup: LookupOptions,
    version: String, stepLog: (@Sendable (String) -> Void)? = nil
  ) {
    self.target = target
    self.reader = reader
    self.serviceAccount = serviceAccount
    self.lookup = lookup
    self.version = version
    self.stepLog = stepLog
  }
}

/// Asks the API server, verb by verb, whether an identity may do what a resolver has to
/// (`authorization.k8s.io/v1`). Throws a `Problem` where the server does not say.
package func checkAccess(_ plan: AccessPlan) async throws -> AccessReport {
  let startedAt = timestamp(unixMilliseconds: WallClock.unixMilliseconds)
  if case .fixed = plan.target.kind {
    throw Problem(
      phase: .target, tried: "to ask about \(plan.target.given)",
      cameBack: "its addresses stand in the target, and no Service",
      next: "name a Service, such as svc/mygrpc")
  }
  var options = plan.lookup
  options.resolver = .kubernetes
  guard case .kubernetes(let reference) = try options.kind(of: plan.target) else {
    preconditionFailure("--resolver kubernetes leaves no other kind")
  }
  let cluster = try ClusterService.open(reference, options, log: plan.stepLog)
  defer { cluster.client.shutDown() }
  do throws(KubernetesError) {
    let account = plan.serviceAccount.map {
      (name: $0.name, namespace: $0.namespace ?? cluster.namespace)
    }
    let subject = account.map { "system:serviceaccount:\($0.namespace):\($0.name)" }
    let identity = if let subject { subject } else { await cluster.client.whoAmI() }
    var checks: [AccessReport.Check] = []
    var missing: [AccessRule] = []
    for rule in plan.reader.needs {
      let answers = try await cluster.ask(rule, for: subject)
      checks += answers
      let refused = answers.filter { !$0.allowed }.map(\.verb)
      if !refused.isEmpty {
        missing.append(AccessRule(group: rule.group, resource: rule.resource, verbs: refused))
      }
    }
    let manifest =
      missing.isEmpty
      ? nil
      : RBACManifest(
        missing: missing, of: plan.reader, identity: identity, namespace: cluster.namespace)
    return AccessReport(
      version: plan.version, startedAt: startedAt, server: cluster.access.server,
      access: cluster.access.source, identity: identity, namespace: cluster.namespace,
      reader: plan.reader.name, checks: checks, manifest: manifest?.yaml)
  } catch {
    throw Problem(error)
  }
}

extension ClusterService {
  /// Services and Endpoints are asked for by name: a Role may be limited to some.
  fileprivate func ask(
    _ rule: AccessRule, for subject: String?
  ) async throws(KubernetesError) -> [AccessReport.Check] {
    let name = rule.resource == "endpointslices" ? nil : reference.service
    var checks: [AccessReport.Check] = []
    for verb in rule.verbs {
      let answer = try await client.review(
        AccessQuestion(
          verb: verb, group: rule.group, resource: rule.resource, namespace: namespace, name: name),
        for: subject)
      checks.append(
        AccessReport.Check(
          verb: verb, group: rule.group, resource: rule.resource, allowed: answer.isAllowed,
          reason: answer.evaluationError ?? answer.reason))
    }
    return checks
  }
}

extension RBACManifest {
  /// Its name is that of nothing else: applied over a Role that gave the rest, or over another
  /// identity's binding, it would take that away.
  fileprivate init(
    missing: [AccessRule], of reader: ResolverReader, identity: String?, namespace: String
  ) {
    let parts = (identity ?? "").split(separator: ":").map(String.init)
    let subject: Subject =
      parts.count == 4 && parts.starts(with: ["system", "serviceaccount"])
      ? .serviceAccount(parts[3], namespace: parts[2])
      : .user(identity ?? "REPLACE-WITH-THE-USER")
    self.init(
      subject: subject, namespace: namespace,
      name: "\(reader.roleName)-missing-\(Self.mark(identity, missing))", rules: missing,
      createsServiceAccount: false)
  }

  /// Eight digits that differ for another identity or other rules: FNV-1a.
  private static func mark(_ identity: String?, _ rules: [AccessRule]) -> String {
    let text = "\(identity ?? "") \(rules.map { "\($0.group)/\($0.resource):\($0.verbs)" })"
    let hash = text.utf8.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
