internal import Balancing
internal import Naming
internal import Protobuf
internal import Reporting
internal import Resolution
internal import Transport

/// A service config as the client that is reproduced takes it (`--service-config`).
package struct ClientServiceConfig: Sendable {
  /// Why a run cannot be made with it.
  package enum Failure: Error, CustomStringConvertible {
    case noJSON(String)
    /// Nothing is known of how this client reads service configs.
    case unknownReading(client: String)
    case rejected(client: String, reason: String, consequence: String)
    case notSimulated(policy: String)

    package var description: String {
      switch self {
      case .noJSON(let reason): "the service config is no JSON: \(reason)"
      case .unknownReading(let client):
        "how \(client) reads service configs is not known to lbcheck; use --policy"
      case .rejected(let client, let reason, let consequence):
        "\(client) does not accept the service config: \(reason). What follows: \(consequence). "
          + "`lbcheck lint` shows all clients side by side"
      case .notSimulated(let policy):
        "the service config asks for \(policy), which lbcheck does not simulate; "
          + "it has pick_first and round_robin"
      }
    }
  }

  package let policy: DistributePlan.Policy
  private let config: ServiceConfig
  /// What its author may not expect.
  let findings: [Report.Finding]

  /// - Parameter text: JSON.
  package init(_ text: [UInt8], as client: SimulatedClient) throws(Failure) {
    guard let dialect = LintedClient(rawValue: client.name)?.dialect else {
      throw .unknownReading(client: client.rules.client)
    }
    let readings: [ConfigReading]
    do throws(JSONError) {
      readings = try ServiceConfigReader.read(text, as: [dialect])
    } catch {
      throw .noJSON(error.description)
    }
    guard let config = readings.first?.config else {
      let rejected = readings.flatMap(\.remarks).first { $0.kind == .rejected }
      let place = rejected.map { $0.path.isEmpty ? $0.detail : "\($0.path) \($0.detail)" }
      throw .rejected(
        client: dialect.client, reason: place ?? "", consequence: dialect.whenRejected)
    }
    let name = config.policy ?? Policy.pickFirst.rawValue
    guard let known = Policy(rawValue: name) else { throw .notSimulated(policy: name) }
    policy = known == .roundRobin ? .roundRobin : .pickFirst
    self.config = config
    findings = LintFindings(readings).all + Self.healthChecks(config, policy)
  }

  /// What holds for the RPCs of a method.
  func apply(to options: inout ChannelOptions, path: String) {
    options.method = config.config(forPath: path) ?? ServiceConfig.MethodConfig()
    options.throttling = config.throttling
  }

  /// The shorter of the two counts.
  func timeout(of request: RPCRequest) -> Duration {
    min(
      request.timeout, max(.zero, config.config(forPath: request.path)?.timeout ?? request.timeout))
  }

  private static func healthChecks(
    _ config: ServiceConfig, _ policy: DistributePlan.Policy
  ) -> [Report.Finding] {
    guard config.healthCheckedService != nil, policy == .roundRobin else { return [] }
    return [
      Report.Finding(
        code: "LBC0196", level: .info,
        message: "the client would ask each pod's health and leave out those that are NOT_SERVING",
        evidence: "healthCheckConfig of the service config; this run does not do it",
        hint: "lbcheck doctor asks the health of each pod")
    ]
  }
}
