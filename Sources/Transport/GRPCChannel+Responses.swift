internal import Balancing
internal import HTTP2
internal import Naming

/// What responses say.
extension GRPCChannel {
  func streamEnded(_ connection: Connection, _ end: StreamEnd) {
    notePath(connection, end)
    let call = Int(end.token)
    switch end.ending {
    case .endStreamHeaders, .endStreamData:
      conclude(call, answer(end), end)
    case .refused:
      let refusals = Int(loop.calls[call].refusals)
      guard RetryDecision(after: .refused, refusals: refusals) == .retry else {
        conclude(call, .lost(.refused, status: .unavailable), end)
        return
      }
      loop.calls[call].refusals += 1
      report(call, .lost(.refused, status: .unavailable), end, isFinal: false)
      _ = place(call)
    case .reset:
      let status = profile.statuses.status(forReset: end.code, deadlinePassed: false)
      conclude(call, .lost(.reset, status: status), end)
    case .connectionLost:
      conclude(call, .lost(.connectionLost, status: .unavailable), end)
    case .protocolError where connection.hasFailed:
      conclude(call, .lost(.connectionLost, status: .unavailable), end)
    case .protocolError:
      loop.connectionRecords[connection.index].givenUp.add(end.errorCode)
      conclude(call, .lost(.notGRPC, status: .internal), end)
    }
  }

  /// Who is in the path seldom changes, so the record, and a string, are touched only then.
  private func notePath(_ connection: Connection, _ end: StreamEnd) {
    let server = end.notes[ResponseReader.Slot.server]
    if server != 0, server != connection.seenServer {
      connection.seenServer = server
      loop.connectionRecords[connection.index].server = loop.values.string(of: server)
    }
    let marker = end.notes[ResponseReader.Slot.marker]
    if marker != 0, marker != connection.seenMarker {
      connection.seenMarker = marker
      loop.connectionRecords[connection.index].marker = loop.values.string(of: marker)
    }
  }

  func answer(_ end: StreamEnd) -> Attempt.Result {
    let isGRPC =
      end.status == 200
      && loop.reader.isGRPC(contentType: end.notes[ResponseReader.Slot.contentType])
    if isGRPC, let status = loop.reader.status(end.notes[ResponseReader.Slot.grpcStatus]) {
      return .answered(status: status)
    }
    guard isGRPC else {
      return .lost(.notGRPC, status: profile.statuses.status(forHTTP: Int(end.status)))
    }
    // gRPC without a status: ended by DATA is INTERNAL, trailers without one UNKNOWN.
    let byData = if case .endStreamData = end.ending { true } else { false }
    return .lost(.notGRPC, status: byData ? .internal : .unknown)
  }

  /// What is left of an attempt for the question whether to try again; nil for one that was fine.
  func failure(_ result: Attempt.Result, _ end: StreamEnd?) -> FailedAttempt? {
    let status: GRPCStatus?
    switch result {
    case .answered(0): return nil
    case .answered(let number): status = GRPCStatus(rawValue: number)
    case .lost(_, let mapped): status = mapped
    }
    let pushback = end?.notes[ResponseReader.Slot.pushback] ?? 0
    return FailedAttempt(
      status: status, sawHeaders: end.map { $0.status >= 0 && !$0.trailersOnly } ?? false,
      pushback: Pushback(field: pushback == 0 ? nil : loop.values.string(of: pushback)))
  }
}
