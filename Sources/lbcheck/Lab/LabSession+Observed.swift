import Diagnosis
import Distribution
import Lab
import Naming
import Reporting

extension LabSession {
  /// What pods, DNS and the API server have seen until now.
  func observed() async throws -> ObservedRun {
    let counts = try await cluster.counts()
    let changes = Self.changes(try await cluster.events())
    let ready = Set(await cluster.readyPods())
    let pods = zip(cluster.pods, counts).enumerated().map { index, pair in
      let (pod, counts) = pair
      var observed = ObservedRun.Pod(
        name: pod.name, address: .ip(pod.address, port: pod.port), isReady: ready.contains(index))
      observed.came = changes.came[pod.name].map(milliseconds)
      observed.left = changes.left[pod.name].map(milliseconds)
      observed.firstRequest = counts.firstRequest.map(milliseconds)
      observed.lastRequest = counts.lastRequest.map(milliseconds)
      let folded = counts.connections.folded
      observed.forgotten.connections = folded.connections
      observed.forgotten.warmup = add(
        folded.answers, cold: folded.coldAnswers, folded.losses, unanswered: folded.unanswered,
        to: &observed.forgotten.tally)
      return observed
    }
    var run = ObservedRun(pods: pods, ended: milliseconds(LabInstant.now))
    run.warmUntil = cluster.warmSince.map(milliseconds)
    run.membershipChanges = await cluster.membershipChanges
    let paths = Paths(self)
    for (index, pod) in counts.enumerated() {
      for connection in pod.connections {
        run.connections.append(observed(connection, pod: index, paths))
      }
    }
    run.dnsQuestions = Self.counted(
      cluster.dns.zone.queryLog.map { "\($0.typeName) \($0.name)" })
    run.apiRequests = Self.counted(try await cluster.kubernetes?.requests().map(\.summary) ?? [])
    return run
  }

  /// Which connections somebody else than the client opened to a pod.
  private struct Paths {
    let relayed: [String: String]
    let proxied: Set<String>

    init(_ session: LabSession) {
      relayed = session.cluster.virtualIP.clients
      proxied = session.cluster.proxy?.ownAddresses ?? []
    }
  }

  private func observed(
    _ connection: PodCounts.Connection, pod: Int, _ paths: Paths
  ) -> ObservedRun.Connection {
    let client = paths.relayed[connection.peer]
    let way: ObservedRun.Way =
      client != nil ? .virtualIP : paths.proxied.contains(connection.peer) ? .proxy : .direct
    let own = "\(cluster.pods[pod].address):\(cluster.port)"
    var observed = ObservedRun.Connection(
      pod: pod, way: way, client: client ?? connection.peer,
      remote: way == .virtualIP ? virtualIP : own, opened: milliseconds(connection.opened),
      closed: connection.closed.map(milliseconds), closedBy: connection.closedBy)
    observed.goAway = connection.goAway.map {
      Report.GoAway(
        errorCode: UInt32($0.code), debug: $0.debug, lastStream: UInt32($0.lastStream),
        at: connection.goAwayAt.map(milliseconds))
    }
    observed.peak = connection.peak
    observed.isHTTP1 = connection.http1 > 0 && connection.answered == 0
    observed.isUnderstood = connection.isUnderstood
    observed.warmup = add(
      connection.answers, cold: connection.coldAnswers, connection.losses,
      unanswered: connection.closed == nil ? 0 : connection.unanswered, to: &observed.tally)
    return observed
  }

  /// Returns how many of the answers were warm-up: those in the cold start, where there was one. Where
  /// not, the client had its pods from the beginning, and they count.
  private func add(
    _ answers: [PodCounts.Status: Int], cold: [PodCounts.Status: Int],
    _ losses: [PodCounts.Loss: Int], unanswered: Int, to tally: inout PodTally
  ) -> Int {
    tally.add(answers)
    for (loss, count) in losses { tally.lost(loss.cause, times: count) }
    tally.lost(.connectionLost, times: unanswered)
    guard cluster.warmSince == nil else { return cold.values.reduce(0, +) }
    tally.add(cold)
    return 0
  }

  /// When pods became ready that the lab did not begin with, and when others went or fell silent.
  private static func changes(
    _ events: [LabEvent]
  ) -> (came: [String: LabInstant], left: [String: LabInstant]) {
    // The pods that a lab begins with are published when all of them are ready.
    let later = events.drop { $0.kind != .inAPI }
    var (came, left): ([String: LabInstant], [String: LabInstant]) = ([:], [:])
    for event in later {
      switch event.kind {
      case .ready:
        if left.removeValue(forKey: event.pod) == nil { came[event.pod] = event.time }
      case .notReady, .terminating, .killed, .blackHoled:
        left[event.pod] = left[event.pod] ?? event.time
      case .revived: left[event.pod] = nil
      case .created, .gone, .inDNS, .leftDNS, .inAPI, .leftAPI, .goAway, .firstRequest,
        .lastRequest:
        break
      }
    }
    return (came, left)
  }

  private func milliseconds(_ instant: LabInstant) -> Double {
    (instant - started) / .milliseconds(1)
  }

  private static func counted(_ texts: [String]) -> [ObservedRun.Question] {
    var questions: [ObservedRun.Question] = []
    var places: [String: Int] = [:]
    for text in texts {
      if let place = places[text] {
        questions[place].count += 1
      } else {
        places[text] = questions.count
        questions.append(ObservedRun.Question(text, count: 1))
      }
    }
    return questions
  }
}

extension PodTally {
  fileprivate mutating func add(_ answers: [PodCounts.Status: Int]) {
    for (status, count) in answers {
      switch status {
      case .grpc(let code): answered(status: code, times: count)
      case .http(let code): answered(httpStatus: code, times: count)
      case .unseen: answered(status: -1, times: count)
      }
    }
  }
}

extension PodCounts.Connection {
  fileprivate var closedBy: Report.ClosedBy? {
    switch end {
    case nil: nil
    case .killed: .server
    // HTTP/1.1 has no GOAWAY.
    case .drained: goAway == nil ? .server : .goAway
    case .client: goAway == nil ? .client : .goAway
    case .broken: .network
    case .violation: .protocolError
    }
  }
}

extension PodCounts.Loss {
  fileprivate var cause: LossCause {
    switch self {
    case .refused: .refused
    case .reset: .reset
    case .cancelled: .cancelled
    }
  }
}

extension DNSZone.Query {
  fileprivate var typeName: String {
    switch type {
    case 1: "A"
    case 5: "CNAME"
    case 16: "TXT"
    case 28: "AAAA"
    case 33: "SRV"
    default: "TYPE\(type)"
    }
  }
}

extension APIRequestRecord {
  /// Without the query, which holds versions that differ from request to request.
  fileprivate var summary: String {
    let parts = target.split(separator: "?", maxSplits: 1)
    let query = parts.count == 2 ? parts[1].split(separator: "&") : []
    let isWatch = query.contains { $0.hasPrefix("watch=") }
    return "\(isWatch ? "watch" : method) \(parts.first ?? "/")"
  }
}
