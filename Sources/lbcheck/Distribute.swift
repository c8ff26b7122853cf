import ArgumentParser
import Diagnosis
import Distribution
import Naming
import Reporting
import Resolution
import Transport

struct Distribute: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open connections, send RPCs, report which pod answered how many, and judge it.",
    discussion: """
      Examples:
        lbcheck distribute --policy round_robin
        lbcheck distribute dns:///mygrpc:50051 --policy round_robin
        lbcheck distribute dns:///mygrpc:50051 --policy round_robin --assert balanced -o json
        lbcheck distribute dns:///mygrpc:50051 --policy cluster_ip --channels 200
        lbcheck distribute svc/mygrpc:grpc -n default --policy round_robin
        lbcheck distribute dns:///myweb:80 --protocol http1 --policy cluster_ip
      """)

  @OptionGroup var targetOptions: TargetOptions

  @Option(
    help:
      "How the client chooses: pick_first, round_robin or cluster_ip; over HTTP/1.1 keep_alive or cluster_ip.",
    transform: Distribute.policy)
  var policy: DistributePlan.Policy?

  @Option(
    help: ArgumentHelp(
      "Take policy, retries, wait-for-ready and timeout from this gRPC service config, as the client of --client reads it.",
      valueName: "json|@file"),
    transform: Distribute.serviceConfig)
  var serviceConfig: [UInt8]?

  @Option(
    help: ArgumentHelp(
      "What to speak: h2, or http1 for GET requests over a keep-alive pool.",
      valueName: "h2|http1"),
    transform: Distribute.wire)
  var `protocol` = DistributePlan.Wire.h2

  @Option(
    help: ArgumentHelp(
      "Read the Kubernetes API as this version of kuberesolver does, faults included: v6 or v5.",
      valueName: "version"),
    transform: Distribute.kuberesolver)
  var asKuberesolver: KuberesolverVersion?

  @OptionGroup var load: LoadOptions

  @Flag(
    help:
      "End as soon as the outcome is certain; --rpcs or --duration is the most then (default: 20000 RPCs)."
  )
  var untilDecided = false

  @OptionGroup(title: "Client") var clientOptions: ClientOptions
  @OptionGroup(title: "RPC") var rpcOptions: RPCOptions
  @OptionGroup(title: "Transport security") var securityOptions: SecurityOptions

  @OptionGroup var asserted: AssertionOptions
  @OptionGroup var baselineOptions: BaselineOptions
  @OptionGroup var judgement: JudgementOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if asKuberesolver != nil, targetOptions.resolver == .dns {
      throw ValidationError("--as-kuberesolver reads the Kubernetes API: leave --resolver dns out")
    }
    try output.validate(known: OutputFormat.ofRuns)
    try validateProtocol()
    if serviceConfig != nil, policy != nil {
      throw ValidationError("give either --policy or --service-config, which has one")
    }
    let policy = try clientServiceConfig()?.policy ?? policy ?? `protocol`.policies[0]
    let target = try targetOptions.parsed(isAsserting: isAsserting)
    _ = try baselineOptions.baseline { report in
      report.difference(
        from: target.map { Report.Target($0) }, policy: policy.rawValue,
        protocol: `protocol`.rawValue,
        client: `protocol` == .h2 ? (clientOptions.client ?? .go).name : "curl")
    }
  }

  private var isAsserting: Bool { !asserted.assert.isEmpty || baselineOptions.file != nil }

  private func validateProtocol() throws {
    if let policy, !`protocol`.policies.contains(policy) {
      let known = `protocol`.policies.map(\.rawValue).joined(separator: " or ")
      throw ValidationError(
        "--protocol \(`protocol`.rawValue) takes --policy \(known), not \(policy.rawValue)")
    }
    switch `protocol` {
    case .h2:
      if rpcOptions.path != nil { throw ValidationError("--path needs --protocol http1") }
    case .http1:
      if clientOptions.isGRPC || serviceConfig != nil {
        throw ValidationError(
          "--client, --keepalive-time and --service-config are for gRPC, not for --protocol http1")
      }
      if rpcOptions.isRPC {
        throw ValidationError(
          "--method, -d and --data-hex are for RPCs: --protocol http1 takes --path")
      }
      switch load.identity {
      case .channelz, .body:
        throw ValidationError(
          "--identity channelz and body:FIELD are for RPCs: --protocol http1 takes auto, peer or "
            + "header:NAME")
      case .auto, .peer, .header: break
      }
      // Each is a client with a thread of its own.
      guard load.channels <= 1000 else {
        throw ValidationError("--channels must be from 1 to 1000 with --protocol http1")
      }
    }
  }

  func run() async throws {
    raiseFileLimit()
    let terminal = output.terminal
    let seed = drawnSeed(load.seed)
    let target = try targetOptions.parsed(isAsserting: isAsserting)
    guard let target else {
      let lab = try await EmbeddedLab.start(
        seed: seed, asked: targetOptions.lab,
        kubernetes: targetOptions.resolver == .kubernetes || asKuberesolver != nil,
        terminal: output.quiet ? nil : terminal)
      var plan = try plan(policy == .clusterIP ? lab.clusterIP : lab.headless, lab, seed, terminal)
      plan.membership = lab.headless
      let code = try await measure(plan, terminal)
      await lab.stop()
      throw code
    }
    throw try await measure(try plan(target, nil, seed, terminal), terminal)
  }

  private func measure(_ plan: DistributePlan, _ terminal: Terminal) async throws -> ExitCode {
    try await output.measure(terminal) { control in
      let report = try await distribute(plan, control: control)
      output.addSummary(terminal) { githubSummary(report) }
      return (
        { render(report, as: $0, style: $1) }, ExitStatus.code(for: report.assertions)
      )
    }
  }

  private func clientServiceConfig() throws -> ClientServiceConfig? {
    guard let serviceConfig else { return nil }
    do {
      return try ClientServiceConfig(serviceConfig, as: clientOptions.client ?? .go)
    } catch {
      throw ValidationError("--service-config: \(printable(error.description))")
    }
  }

  private func plan(
    _ target: Target, _ lab: EmbeddedLab?, _ seed: UInt64, _ terminal: Terminal
  ) throws -> DistributePlan {
    var plan = DistributePlan(
      target: target, source: lab == nil ? .target : .lab, version: Lbcheck.version,
      policy: policy ?? `protocol`.policies[0], request: rpcOptions.request, seed: seed)
    plan.wire = `protocol`
    rpcOptions.apply(to: &plan)
    plan.security = securityOptions.security
    load.apply(to: &plan)
    clientOptions.apply(to: &plan)
    plan.serviceConfig = try clientServiceConfig()
    plan.untilDecided = untilDecided
    judgement.apply(to: &plan)
    plan.lookup = targetOptions.lookup(
      in: lab, reading: asKuberesolver.map { .kuberesolver($0) } ?? .union)
    plan.assertions = asserted.assert
    plan.baseline = try baselineOptions.baseline { _ in nil }
    plan.stepLog = output.stepLog(terminal)
    plan.frameLog = output.frameLog(terminal)
    return plan
  }

  static func policy(_ text: String) throws -> DistributePlan.Policy {
    let name = String(text.map { $0 == "-" ? "_" : $0 })
    guard let policy = DistributePlan.Policy(rawValue: name) else {
      let known = DistributePlan.Policy.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown policy '\(printable(text))'; known: \(known)")
    }
    return policy
  }

  private static func serviceConfig(_ text: String) throws -> [UInt8] {
    text.hasPrefix("@") ? try contents(ofArgument: text) : Array(text.utf8)
  }

  private static func wire(_ text: String) throws -> DistributePlan.Wire {
    guard let wire = DistributePlan.Wire(rawValue: text) else {
      let known = DistributePlan.Wire.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("unknown protocol '\(printable(text))'; known: \(known)")
    }
    return wire
  }

  private static func kuberesolver(_ text: String) throws -> KuberesolverVersion {
    guard let version = KuberesolverVersion(rawValue: text) else {
      throw ValidationError("unknown version '\(printable(text))' of kuberesolver; known: v6, v5")
    }
    return version
  }
}
