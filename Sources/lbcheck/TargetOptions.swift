import ArgumentParser
import Naming

struct TargetOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The gRPC name of the service, such as dns:///mygrpc:50051. Without it: the embedded lab.",
      valueName: "target"))
  var target: String?

  @Flag(help: "Run against the embedded lab: 5 pods, a virtual IP and DNS on loopback.")
  var lab = false

  @Option(
    help: ArgumentHelp("Ask this DNS server instead of the system's.", valueName: "host[:port]"),
    transform: TargetOptions.nameServer)
  var dnsServer: NameServer?

  @Option(name: .shortAndLong, help: "Kubernetes namespace of a target that names none.")
  var namespace: String?

  /// The target, or nil for the lab. An empty target, and none at all where a script may have lost
  /// it, is an error: a pipeline must never pass because a variable was not set.
  func parsed(isAsserting: Bool) throws -> Target? {
    if let text = target {
      if lab { throw ValidationError("give either a TARGET or --lab") }
      guard !text.isEmpty else {
        throw ValidationError("TARGET is empty: is a variable not set? --lab asks for the lab")
      }
      do {
        return try Target(text, namespace: namespace)
      } catch {
        throw ValidationError("target: \(error)")
      }
    }
    if lab { return nil }
    if isAsserting || environment("CI") == "true" {
      throw ValidationError(
        "TARGET is missing\(isAsserting ? " and something is asserted" : " and CI=true"): "
          + "is a variable not set? --lab asks for the lab")
    }
    return nil
  }

  private static func nameServer(_ text: String) throws -> NameServer {
    do {
      return try NameServer(parsing: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
