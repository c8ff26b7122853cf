import ArgumentParser
import Diagnosis

/// Whose client behaviour is reproduced.
struct ClientOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whose behaviour to reproduce: go (grpc-go), core (C++, Python, Ruby, PHP), java or swift (default: go).",
      valueName: "client"),
    transform: ClientOptions.client)
  var client: SimulatedClient?

  @OptionGroup var keepalive: KeepaliveOptions

  /// Whether anything was given that only gRPC clients have.
  var isGRPC: Bool { client != nil || keepalive.keepaliveTime != nil }

  func apply(to plan: inout DistributePlan) {
    plan.client = client ?? .go
    plan.isClientChosen = client != nil
    plan.keepalive = keepalive.settings
  }

  private static func client(_ text: String) throws -> SimulatedClient {
    guard let client = SimulatedClient.all.first(where: { $0.name == text }) else {
      let known = SimulatedClient.all.map(\.name).joined(separator: ", ")
      throw ValidationError("unknown client '\(printable(text))'; known: \(known)")
    }
    return client
  }
}
