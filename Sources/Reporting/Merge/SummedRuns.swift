internal import Distribution

/// The numbers of several runs that are simply added up, or of which the first, longest or worst holds
/// for all.
struct SummedRuns {
  private(set) var rpcs = Report.RPCs(total: PodTally(), warmup: 0)
  private(set) var latency: Totals.Latency?
  private(set) var channels = 0
  private(set) var generations = 0
  private(set) var isReadySetKnown = true
  private(set) var startedAt = ""
  private(set) var duration = 0.0
  private(set) var interrupted = 0
  /// In the order in which they were first seen, with the number of reports.
  private(set) var findings: [(finding: Report.Finding, reports: Int)] = []

  mutating func add(_ run: SavedRun) {
    rpcs += run.rpcs
    if let p50 = run.rpcs.latency?.p50, let p90 = run.rpcs.latency?.p90,
      let p99 = run.rpcs.latency?.p99
    {
      let own = Totals.Latency(p50: p50, p90: p90, p99: p99)
      latency?.join(own)
      latency = latency ?? own
    }
    channels += run.policy.channels
    generations += run.statistics.pickers ?? 0
    if run.statistics.ready == nil { isReadySetKnown = false }
    // RFC 3339 in UTC sorts by time.
    startedAt = startedAt.isEmpty ? run.startedAt : min(startedAt, run.startedAt)
    duration = max(duration, run.duration)
    if run.interrupted { interrupted += 1 }
    var codes: Set<String> = []
    for finding in run.findings where codes.insert(finding.code).inserted {
      if let known = findings.firstIndex(where: { $0.finding.code == finding.code }) {
        findings[known].reports += 1
      } else {
        findings.append((finding, 1))
      }
    }
  }

  /// What assertions are held against.
  var totals: Totals {
    Totals(answered: rpcs.answered, lost: rpcs.lost, errors: rpcs.errors, latency: latency)
  }
}

extension Report.RPCs {
  fileprivate static func += (left: inout Self, right: Self) {
    left.sent += right.sent
    left.answered += right.answered
    left.lost += right.lost
    left.byStatus.merge(right.byStatus, uniquingKeysWith: +)
    left.lostByCause.merge(right.lostByCause, uniquingKeysWith: +)
    left.retried += right.retried
    left.warmup += right.warmup
    left.probes += right.probes
    left.unattributed += right.unattributed
    let longest = [left.latency?.max, right.latency?.max].compactMap { $0 }.max()
    left.latency = longest.map { Report.TotalLatency(max: $0) }
  }
}
