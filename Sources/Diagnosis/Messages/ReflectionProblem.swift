internal import Naming
internal import Protobuf
internal import Reporting
internal import Transport

extension Problem {
  /// Why the messages of the plan's method could not be learnt.
  init(_ failure: ReflectionWalk.Failure, _ plan: DistributePlan, on address: String?) {
    self.init(
      phase: .rpc, tried: "to learn the messages of \(plan.request.path) through server reflection",
      on: address, cameBack: Self.bounded(Self.words(failure, plan.request.timeout)),
      next: Self.advice(failure, plan))
  }

  /// At most so much of what a server, or a schema of its, has to say.
  static func bounded(_ text: String) -> String {
    text.count > 2000 ? text.prefix(2000) + "…" : text
  }

  private static func words(_ failure: ReflectionWalk.Failure, _ timeout: Duration) -> String {
    switch failure {
    case .unsupported:
      "the server has no reflection: grpc.reflection.v1 and v1alpha are UNIMPLEMENTED"
    case .failed(.status(let code)): "status \(GRPCStatus.name(of: code))"
    case .failed(.deadline): "no answer within \(timeout.inSeconds)"
    case .failed(.lost): "the stream ended before an answer came"
    case .failed(.notGRPC(let status)): "HTTP status \(status) without a gRPC status"
    case .failed(.tooLarge): "an answer of more than \(Probe.largestBody >> 20) MiB"
    case .failed(.malformed): "an answer that cannot be read"
    case .refused(let code, let message): "\(GRPCStatus.name(of: code)): \(message)"
    case .implausible(let words): words
    case .unknown(let error): error.description
    case .descriptors(let error): error.description
    }
  }

  private static func advice(_ failure: ReflectionWalk.Failure, _ plan: DistributePlan) -> String {
    let otherwise =
      plan.data == nil
      ? "trace answers otherwise (--identity header:NAME or channelz)"
      : "give the serialized message with --data-hex"
    switch failure {
    case .unknown: return "name one of these with --method"
    case .failed(.status(7)), .failed(.status(16)):
      return "give the server what it asks of its callers (-H, --cert), or \(otherwise)"
    case .failed(.deadline): return "allow more time with --timeout, or \(otherwise)"
    default:
      return "\(otherwise), or register reflection in the server (Go: reflection.Register(server); "
        + "Python: reflection.enable_server_reflection(names, server))"
    }
  }
}

extension GRPCStatus {
  /// Of any number that a server may send.
  fileprivate static func name(of code: Int) -> String {
    GRPCStatus(rawValue: code)?.name ?? String(code)
  }
}
