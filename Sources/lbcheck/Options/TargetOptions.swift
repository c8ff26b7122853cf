import ArgumentParser
import Diagnosis
import Naming
import Resolution

struct TargetOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The gRPC name of the service, such as dns:///mygrpc:50051 or svc/mygrpc:grpc. Without it: the embedded lab.",
      valueName: "target"))
  var target: String?

  @Flag(
    help:
      "Run against the embedded lab: 5 pods, a virtual IP, DNS and a Kubernetes API on loopback.")
  var lab = false

  @Option(
    help: "Who looks the name up: dns or kubernetes (default: the one that the target names).",
    transform: TargetOptions.resolver)
  var resolver: LookupOptions.Resolver?

  @Option(
    help: ArgumentHelp("Ask this DNS server instead of the system's.", valueName: "host[:port]"),
    transform: TargetOptions.nameServer)
  var dnsServer: NameServer?

  @OptionGroup var cluster: ClusterOptions

  /// The target, or nil for the lab. An empty target, and none at all where a script may have lost
  /// it, is an error: a pipeline must never pass because a variable was not set.
  func parsed(isAsserting: Bool) throws -> Target? {
    if let text = target {
      if lab { throw ValidationError("give either a TARGET or --lab") }
      return try Target(argument: text, namespace: cluster.namespace)
    }
    // Of the lab's DNS and cluster nothing has to be said; who does has lost the target.
    for (name, isGiven) in [
      ("--dns-server", dnsServer != nil), ("--kubeconfig", cluster.kubeconfig != nil),
      ("--namespace", cluster.namespace != nil),
    ] where isGiven {
      throw ValidationError(
        "\(name) says where to look a TARGET up, and \(lab ? "--lab has its own" : "there is none")"
          + ": is a variable not set?")
    }
    if lab { return nil }
    if isAsserting || environment("CI") == "true" {
      throw ValidationError(
        "TARGET is missing\(isAsserting ? " and something is asserted" : " and CI=true"): "
          + "is a variable not set? --lab asks for the lab")
    }
    return nil
  }

  /// Where names are looked up.
  /// - Parameter lab: whose cluster it is then; nil for the user's own.
  func lookup(in lab: EmbeddedLab?, reading: ServiceReading = .union) -> LookupOptions {
    var options = LookupOptions(
      resolver: resolver ?? (reading == .union ? nil : .kubernetes), nameServer: dnsServer,
      cluster: cluster.settings, reading: reading,
      environment: { environment($0) })
    if let lab { lab.adjust(&options) }
    return options
  }

  private static func resolver(_ text: String) throws -> LookupOptions.Resolver {
    guard let resolver = LookupOptions.Resolver(rawValue: text) else {
      throw ValidationError("unknown resolver '\(printable(text))'; known: dns, kubernetes")
    }
    return resolver
  }

  private static func nameServer(_ text: String) throws -> NameServer {
    do {
      return try NameServer(parsing: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension Target {
  /// Reads a TARGET of the command line.
  init(argument text: String, namespace: String?) throws {
    guard !text.isEmpty else {
      throw ValidationError("TARGET is empty: is a variable not set? --lab asks for the lab")
    }
    do {
      try self.init(text, namespace: namespace)
    } catch {
      throw ValidationError("target: \(error)")
    }
  }
}
