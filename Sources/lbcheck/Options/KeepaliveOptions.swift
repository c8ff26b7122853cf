import ArgumentParser
import Balancing

/// Client keepalive (gRFC A8), off by default as in gRPC.
struct KeepaliveOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ping a connection on which nothing was read for this long. grpc-go and grpc-java raise it to 10s (default: no pings).",
      valueName: "duration"),
    transform: Duration.init(argument:))
  var keepaliveTime: Duration?

  @Option(
    help: ArgumentHelp(
      "How long the answer to a ping may take before the connection is closed (default: 20s).",
      valueName: "duration"),
    transform: Duration.init(argument:))
  var keepaliveTimeout: Duration?

  @Flag(help: "Ping also while no RPC is under way.")
  var keepaliveWithoutCalls = false

  func validate() throws {
    if keepaliveTime == nil, keepaliveTimeout != nil || keepaliveWithoutCalls {
      throw ValidationError(
        "--keepalive-timeout and --keepalive-without-calls need --keepalive-time: keepalive is off")
    }
  }

  /// Nil for no keepalive.
  var settings: KeepaliveSettings? {
    keepaliveTime.map {
      KeepaliveSettings(
        time: $0, timeout: keepaliveTimeout ?? .seconds(20), withoutCalls: keepaliveWithoutCalls)
    }
  }
}
