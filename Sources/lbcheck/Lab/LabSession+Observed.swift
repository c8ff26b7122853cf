import Diagnosis
import Distribution
import Lab
import Naming
import Reporting

extension LabSession {
  /// What pods, DNS and the API server have seen until now.
  func observed() async throws -> ObservedRun {
    let counts = try await cluster.counts()
    let ready = Set(await cluster.readyPods())
    let pods = cluster.pods.enumerated().map { index, pod in
      ObservedRun.Pod(
        name: pod.name, address: .ip(pod.address, port: pod.port), isReady: ready.contains(index))
    }
    var run = ObservedRun(pods: pods, ended: milliseconds(PodCounts.uptime))
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
        errorCode: $0.code, debug: $0.debug, lastStream: $0.lastStream,
        at: connection.goAwayAt.map(milliseconds))
    }
    observed.peak = connection.peak
    observed.isHTTP1 = connection.http1 > 0 && connection.answered == 0
    observed.isUnderstood = connection.isUnderstood
    add(connection.answers, to: &observed.tally)
    if cluster.warmSince == nil {
      // There was no cold start: the client had its pods from the beginning.
      add(connection.coldAnswers, to: &observed.tally)
    } else {
      observed.warmup = connection.coldAnswers.values.reduce(0, +)
    }
    for (loss, count) in connection.losses { observed.tally.lost(loss.cause, times: count) }
    if connection.closed != nil, connection.unanswered > 0 {
      observed.tally.lost(.connectionLost, times: connection.unanswered)
    }
    return observed
  }

  private func add(_ answers: [PodCounts.Status: Int], to tally: inout PodTally) {
    for (status, count) in answers {
      switch status {
      case .grpc(let code): tally.answered(status: code, times: count)
      case .http(let code): tally.answered(httpStatus: code, times: count)
      case .unseen: tally.answered(status: -1, times: count)
      }
    }
  }

  private func milliseconds(_ uptime: UInt64) -> Double {
    (Double(uptime) - Double(started)) / 1e6
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
