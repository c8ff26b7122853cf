internal import Balancing
internal import Naming
internal import Reporting
internal import Transport

extension Problem {
  /// Why a warm-up brought no answer at all: the connection attempts tell, and where connections
  /// stood, the RPCs.
  static func nothingAnswered(
    _ counts: Counts, _ target: Target, method: String, timeout: Duration
  ) -> Problem {
    let records = counts.connections.map(\.record)
    if records.isEmpty { return noList(counts.lastLoss, target, timeout) }
    guard let ready = records.first(where: { $0.readyAt != nil }) else {
      return nothingConnected(records, timeout: timeout)
    }
    if case .protocolError(let words) = ready.closing {
      return Problem(
        phase: .rpc, tried: "to call \(method)", on: ready.target.description,
        cameBack: "the server broke HTTP/2: \(words)",
        next: "look at the frames with -vv, and check that this is the gRPC port")
    }
    if ready.givenUp.count > 0 {
      return Problem(
        phase: .rpc, tried: "to call \(method)", on: ready.target.description,
        cameBack: "an answer that was given up: \(ready.givenUp.reason)",
        next: "look at the frames with -vv; other gRPC clients bound header lists as well (C-core "
          + "at 16 KiB)")
    }
    return Problem(
      phase: .rpc, tried: "to call \(method)", on: ready.target.description,
      cameBack: words(for: counts.lastLoss, timeout: timeout), next: hint(for: counts.lastLoss))
  }

  /// The name had addresses, but a channel, which looks it up for itself, was given none.
  private static func noList(
    _ loss: Counts.LastLoss?, _ target: Target, _ timeout: Duration
  ) -> Problem {
    Problem(
      phase: .resolve, tried: "to look up the name anew, as each channel does before it connects",
      on: target.given,
      cameBack: loss?.loss == .nothingToPick
        ? "an error, though the first look-up had addresses"
        : "no list of addresses within \(timeout.inSeconds)",
      next: "lbcheck resolve shows which question is not answered (LBC0124): grpc-go waits for A, "
        + "AAAA and its service config's TXT. --client core asks for no TXT; --timeout allows more "
        + "time")
  }

  /// Why none of these became READY.
  static func nothingConnected(
    _ records: [ConnectionRecord], timeout: Duration
  ) -> Problem {
    var failures: [(TransportAddress, ConnectFailure)] = []
    for record in records {
      if case .notConnected(let failure) = record.closing {
        failures.append((record.target, failure))
      }
    }
    guard let (address, failure) = failures.first else { return silence(records, timeout) }
    let others = Set(failures.map(\.0)).count - 1
    let more = others > 0 ? " (and \(others) more address\(others == 1 ? "" : "es") likewise)" : ""
    return Problem(
      phase: failure.phase == .tls ? .tls : .connect,
      tried: "to open an HTTP/2 connection", on: address.description + more,
      cameBack: failure.cameBack, next: failure.hint)
  }

  /// No attempt has failed yet, and none has come through.
  private static func silence(_ records: [ConnectionRecord], _ timeout: Duration) -> Problem {
    let connected = records.first { $0.remote != nil }
    let usesTLS = connected?.usesTLS == true
    let missing =
      connected == nil
      ? "no answer to the TCP connection"
      : usesTLS
        ? "the server did not finish the TLS handshake"
        : "TCP connected, but the server sent no HTTP/2 SETTINGS"
    return Problem(
      phase: usesTLS ? .tls : .connect, tried: "to open an HTTP/2 connection",
      on: (connected ?? records.first)?.target.description,
      cameBack: "\(missing) within \(timeout.inSeconds)",
      next: connected == nil
        ? "packets are dropped on the way: check the address, network policies and firewalls"
        : "check that this is the gRPC port, and whether it expects TLS (--tls, --plaintext)")
  }

  private static func words(for loss: Counts.LastLoss?, timeout: Duration) -> String {
    guard let loss else { return "no answer" }
    switch loss.loss {
    case .deadline: return "no answer within \(timeout.inSeconds)"
    case .reset: return "the server reset the stream (\(loss.status.name))"
    case .refused: return "the server refused the stream twice"
    case .connectionLost: return "the connection ended before an answer came"
    case .nothingToPick: return "no connection was ready"
    case .notGRPC:
      return
        "HTTP status \(loss.httpStatus) without a gRPC status (\(loss.status.name) to a client)"
    }
  }

  private static func hint(for loss: Counts.LastLoss?) -> String {
    switch loss?.loss {
    case .notGRPC: "what answers is an HTTP server or proxy, not a gRPC server: check the port"
    case .deadline: "check that the server is healthy, or allow more time with --timeout"
    default: "look at the frames with -vv, and at the server's log"
    }
  }
}
