import Distribution
import Reporting

/// Reports made the way a run makes them: from tallies, through the verdict.
enum Reports {
  /// What happened at one pod.
  struct Row {
    var pod: String?
    var address: String?
    var identity = "peer"
    var ok = 0
    /// Other statuses.
    var unavailable = 0
    var lost: [LossCause] = []
    var warmup = 2
    /// Microseconds of the fastest answer; each further one takes a little longer.
    var latency = 400

    var tally: PodTally {
      var tally = PodTally()
      for index in 0..<(ok + unavailable) {
        tally.answered(
          status: index < ok ? 0 : 14, latencyNanoseconds: UInt64(latency + index % 97) * 1000)
      }
      for cause in lost { tally.lost(cause) }
      return tally
    }
  }

  static func report(
    _ rows: [Row], policy: String, connections: [Report.Connection], isCyclic: Bool = false,
    generations: Int = 1, isReadySetKnown: Bool = true, interrupted: Bool = false,
    unplaced: [LossCause] = [], channels: Int = 1, slices: Int = 10,
    asserting assertions: [String] = [],
    findings: [Report.Finding] = [], source: Report.Source = .target, seed: UInt64 = 42
  ) throws -> Report {
    let tallies = rows.map(\.tally)
    var total = PodTally()
    for tally in tallies { total += tally }
    for cause in unplaced { total.lost(cause) }
    let names = rows.map { $0.pod ?? $0.address ?? "" }
    let sample = Sample(
      pods: zip(rows, tallies).enumerated().map { index, row in
        Sample.Pod(
          name: names[index], isIdentified: row.0.identity != Report.Pod.unknownIdentity,
          answered: row.1.answered, lost: row.1.lost)
      },
      connections: connections.map { connection in
        var tally = ConnectionTally()
        for pod in connection.pods {
          guard let index = names.firstIndex(of: pod) else { continue }
          tally.answered(pod: index, rpcs: max(1, connection.rpcs / connection.pods.count))
        }
        return tally
      },
      generations: generations, isCyclic: isCyclic, isReadySetKnown: isReadySetKnown,
      unplacedLosses: unplaced.count)
    let verdict = judge(sample)
    let evidence = Evidence(
      sample: sample, verdict: verdict, total: total,
      connections: connections.count { $0.opened != nil })
    return Report(
      version: "1.2.3", command: "distribute", source: source,
      startedAt: timestamp(unixMilliseconds: 1_790_000_000_123), duration: 0.5 + 0.1 + 0.2,
      interrupted: interrupted, seed: seed,
      target: Report.Target(
        given: "dns:///mygrpc.default:50051", scheme: "dns", host: "mygrpc.default", port: "50051"),
      resolution: Report.Resolution(
        resolver: "dns", server: "10.96.0.10:53", ttl: 30,
        addresses: rows.compactMap(\.address).map { Report.Address(address: $0) }),
      policy: Report.Policy(name: policy, client: "go", protocol: "h2", channels: channels),
      rpcs: Report.RPCs(total: total, warmup: rows.reduce(0) { $0 + $1.warmup }),
      pods: zip(rows, tallies).enumerated().map { index, row in
        Report.Pod(
          pod: row.0.pod, address: row.0.address, identity: row.0.identity, tally: row.1,
          answered: total.answered,
          connections: connections.count {
            $0.opened != nil
              && ($0.pods.isEmpty ? $0.remote == row.0.address : $0.pods.contains(names[index]))
          },
          warmup: row.0.warmup)
      },
      connections: connections, timeline: timeline(tallies, lost: total.lost, slices: slices),
      statistics: Report.Statistics(sample),
      verdict: Report.Verdict(verdict),
      assertions: try assertions.map {
        Report.Assertion(try Assertion(parsing: $0).evaluate(on: evidence))
      },
      findings: findings)
  }

  /// Evenly answered, all losses in the middle.
  private static func timeline(_ tallies: [PodTally], lost: Int, slices: Int) -> Report.Timeline {
    Report.Timeline(
      from: 12.5, step: 80,
      series: tallies.map { tally in
        (0..<slices).map { tally.answered * ($0 + 1) / slices - tally.answered * $0 / slices }
      },
      lost: (0..<slices).map { $0 == slices / 2 ? lost : 0 })
  }

  static func connection(
    _ id: Int, to remote: String, pods: [String], rpcs: Int, channel: Int = 0
  ) -> Report.Connection {
    Report.Connection(
      id: id, channel: channel, local: "10.0.9.9:\(40000 + id)", remote: remote, pods: pods,
      opened: 1.5 + Double(id), rpcs: rpcs)
  }

  static func address(_ index: Int) -> String { "10.0.0.\(index + 1):50051" }

  static func balanced() throws -> Report {
    let rows = (0..<5).map {
      Row(pod: "mygrpc-\($0)", address: address($0), ok: $0 == 2 ? 101 : $0 == 4 ? 99 : 100)
    }
    return try report(
      rows, policy: "round_robin",
      connections: rows.indices.map {
        connection($0, to: address($0), pods: ["mygrpc-\($0)"], rpcs: rows[$0].ok)
      },
      isCyclic: true, asserting: ["balanced", "skew<=1.1", "p99<=20ms"])
  }

  static func pinned() throws -> Report {
    let rows = (0..<5).map {
      Row(address: address($0), ok: $0 == 0 ? 500 : 0, warmup: $0 == 0 ? 20 : 0)
    }
    return try report(
      rows, policy: "pick_first",
      connections: [connection(0, to: address(0), pods: [address(0)], rpcs: 500)],
      asserting: ["balanced", "pods>=3"],
      findings: [
        Report.Finding(
          code: "pick-first", level: .warning,
          message: "The client used pick_first, which sends everything to one address.",
          evidence: "5 addresses were resolved and 1 connection was opened.",
          hint:
            "set {\"loadBalancingConfig\":[{\"round_robin\":{}}]} in the client's service config")
      ])
  }

  static func partial() throws -> Report {
    let counts = [200, 0, 0, 400, 0]
    let rows = counts.indices.map {
      Row(pod: "mygrpc-\($0)", address: "10.96.0.1:50051", identity: "header:x-pod", ok: counts[$0])
    }
    return try report(
      rows, policy: "cluster_ip",
      connections: [0, 3, 3].enumerated().map {
        connection(
          $0, to: "10.96.0.1:50051", pods: ["mygrpc-\($1)"], rpcs: 200, channel: $0)
      },
      generations: 3, channels: 3)
  }

  static func opaque() throws -> Report {
    try report(
      [Row(address: "10.96.0.1:50051", identity: Report.Pod.unknownIdentity, ok: 500, warmup: 20)],
      policy: "cluster_ip",
      connections: [connection(0, to: "10.96.0.1:50051", pods: [], rpcs: 500)],
      isReadySetKnown: false, asserting: ["balanced", "max-share<=25%", "lost==0"])
  }

  static func interrupted() throws -> Report {
    let rows = (0..<3).map {
      Row(pod: "mygrpc-\($0)", address: address($0), ok: $0 == 0 ? 2 : 1)
    }
    return try report(
      rows, policy: "round_robin",
      connections: rows.indices.map {
        connection($0, to: address($0), pods: ["mygrpc-\($0)"], rpcs: rows[$0].ok)
      },
      isCyclic: true, interrupted: true, asserting: ["balanced"], source: .lab)
  }

  /// A pod that hangs, one that closes with GOAWAY, one that cannot be connected to.
  static func lost() throws -> Report {
    let rows = [
      Row(pod: "mygrpc-0", address: address(0), ok: 120),
      Row(pod: "mygrpc-1", address: address(1), lost: Array(repeating: .deadline, count: 119)),
      Row(
        pod: "mygrpc-2", address: address(2), ok: 110, unavailable: 7,
        lost: [.refused, .connectionLost, .reset]),
      Row(pod: "mygrpc-3", address: address(3), warmup: 0),
    ]
    var goAway = connection(2, to: address(2), pods: ["mygrpc-2"], rpcs: 60)
    goAway.closed = 412.25
    goAway.closedBy = .goAway
    goAway.goAway = Report.GoAway(code: "NO_ERROR", debug: "max_age", lastStream: 119, at: 405.5)
    let refused = Report.Connection(
      id: 4, channel: 0, local: nil, remote: address(3), pods: [], opened: nil, closed: 0.8,
      closedBy: .connectFailed, error: "connection refused", rpcs: 0)
    return try report(
      rows, policy: "round_robin",
      connections: [
        connection(0, to: address(0), pods: ["mygrpc-0"], rpcs: 120),
        connection(1, to: address(1), pods: [], rpcs: 0), goAway,
        connection(3, to: address(2), pods: ["mygrpc-2"], rpcs: 57), refused,
      ],
      isCyclic: true, generations: 3, unplaced: [.nothingToPick],
      asserting: ["errors==0", "coverage>=1"])
  }

  static func many(_ count: Int) throws -> Report {
    let rows = (0..<count).map {
      Row(
        pod: "mygrpc-\($0)", address: "10.0.\($0 / 250).\($0 % 250 + 1):50051",
        ok: $0 % 10 == 7 ? 0 : 20 + $0 % 3)
    }
    return try report(
      rows, policy: "round_robin",
      connections: rows.indices.map {
        connection($0, to: rows[$0].address ?? "", pods: ["mygrpc-\($0)"], rpcs: rows[$0].ok)
      },
      isCyclic: true)
  }
}
