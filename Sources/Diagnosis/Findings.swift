internal import Distribution
internal import Naming
internal import Reporting
internal import Transport

/// What the run itself shows besides the numbers, with what to do about it.
struct Findings {
  private let plan: DistributePlan
  private let counts: Counts
  private let verdict: Distribution.Verdict
  private let addresses: Int

  init(
    plan: DistributePlan, counts: Counts, verdict: Distribution.Verdict, addresses: Int
  ) {
    self.plan = plan
    self.counts = counts
    self.verdict = verdict
    self.addresses = addresses
  }

  var all: [Report.Finding] {
    [
      pinnedByPolicy, pinnedByAddress, pinnedByFirstAddress, connectFailures, goAways, lostRPCs,
      brokenAnswers, restart,
    ].compactMap { $0 }
  }

  /// Several addresses are known, and pick_first uses one.
  private var pinnedByPolicy: Report.Finding? {
    guard verdict.outcome == .pinned, plan.policy == .pickFirst, addresses > 1 else { return nil }
    return .pickFirst(
      evidence: "\(addresses) addresses resolved, \(used) connection(s) carried all RPCs")
  }

  /// One address is all that the client was given, and one pod answered it all. Whether there are
  /// other pods behind a single address is not known without another source: then it is a note.
  private var pinnedByAddress: Report.Finding? {
    let isPinned = verdict.outcome == .pinned
    guard plan.wire == .h2, addresses == 1, used == 1, verdict.basis != .perCall,
      isPinned || verdict.outcome == .inconclusive
    else { return nil }
    return Report.Finding(
      code: "LBC0101", level: isPinned ? .warning : .info,
      message: "one address means one connection, and HTTP/2 puts every RPC on it",
      evidence: "the name resolved to a single address, and 1 connection carried all RPCs",
      hint: "if that address is a ClusterIP: give the Service clusterIP: None (headless) and the "
        + "client round_robin over dns:///, or put an L7 proxy in front")
  }

  /// An HTTP client has no use for the other addresses of a name while the first one connects.
  private var pinnedByFirstAddress: Report.Finding? {
    guard verdict.outcome == .pinned, plan.policy == .keepAlive, addresses > 1 else { return nil }
    return Report.Finding(
      code: "LBC0103", level: .warning,
      message: "an HTTP client opens every connection to the first address that connects",
      evidence: "\(addresses) addresses resolved, \(used) connection(s) led to one of them",
      hint: "give HTTP/1.1 clients the ClusterIP, which chooses a pod for every connection")
  }

  private var connectFailures: Report.Finding? {
    var failed: [String: ConnectFailure] = [:]
    for connection in counts.connections {
      if case .notConnected(let failure) = connection.record.closing {
        failed[connection.record.target.description] = failure
      }
    }
    guard let (address, failure) = failed.min(by: { $0.key < $1.key }) else { return nil }
    return Report.Finding(
      code: "LBC0110", level: .warning,
      message: "\(failed.count) address(es) could not be connected to",
      evidence: "\(address): \(failure.cameBack)", hint: failure.hint)
  }

  private var goAways: Report.Finding? {
    let ends = counts.connections.compactMap(\.record.goAway)
    guard let first = ends.first else { return nil }
    return .goAways(
      message: "the server asked \(ends.count) connection(s) to go away (GOAWAY)",
      code: first.code, debug: first.debug)
  }

  private var lostRPCs: Report.Finding? {
    var total = counts.unplaced
    for row in counts.rows { total += row.tally }
    return .lost(total, "attempts brought no answer")
  }

  /// Lost, all of them; that a server sends such answers is worth more than a number.
  private var brokenAnswers: Report.Finding? {
    let records = counts.connections.map(\.record)
    let failures = records.compactMap { record in
      if case .protocolError(let words) = record.closing { words } else { nil }
    }
    let answers = records.reduce(0) { $0 + $1.givenUp.count }
    guard
      let reason = failures.first ?? records.first(where: { $0.givenUp.count > 0 })?.givenUp.reason
    else { return nil }
    return Report.Finding(
      code: "LBC0175", level: .warning,
      message: "\(answers) answer(s) and \(failures.count) connection(s) broke HTTP/2 or this "
        + "client's bounds, and were given up",
      evidence: reason,
      hint: "look at the frames with -vv; other gRPC clients bound header lists as well (C-core at "
        + "16 KiB)")
  }

  private var restart: Report.Finding? {
    guard counts.earlierChanges > 0 else { return nil }
    let again = counts.listChanges > 0
    return Report.Finding(
      code: "LBC0117", level: again ? .warning : .info,
      message: again
        ? "the set of addresses changed while RPCs were counted, and again after a new beginning"
        : "the set of addresses changed while RPCs were counted; counting began anew",
      hint: again ? "measure when no rollout is under way" : nil)
  }

  private var used: Int { counts.connections.count { $0.tally.answered > 0 } }
}
