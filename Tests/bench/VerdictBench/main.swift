import Calibration
import Distribution
import Glibc

// What verdicts cost, and how often they are wrong. The first argument names the row; one line each.

/// A run of 1,000,000 RPCs over 10,000 pods, as its tallies.
private struct LargeRun {
  static let pods = 10_000
  let tallies: [PodTally]
  let connections: [ConnectionTally]
  let isCyclic: Bool

  /// - Parameter isCyclic: false where one connection leads to all of the pods.
  init(isCyclic: Bool) {
    var tally = PodTally()
    for index in 0..<100 {
      tally.answered(status: 0, latencyNanoseconds: UInt64(1 + index) * 10_000)
    }
    tallies = [PodTally](repeating: tally, count: Self.pods)
    self.isCyclic = isCyclic
    var shared = ConnectionTally()
    var single: [ConnectionTally] = []
    for pod in 0..<Self.pods {
      shared.answered(pod: pod, rpcs: 100)
      var own = ConnectionTally()
      own.answered(pod: pod, rpcs: 100)
      single.append(own)
    }
    connections = isCyclic ? single : [shared]
  }

  /// From tallies to a verdict, its measures, and assertions of every kind.
  func judged(_ assertions: [Assertion]) -> (Verdict, [AssertionResult]) {
    var total = PodTally()
    for tally in tallies { total += tally }
    let sample = Sample(
      pods: tallies.enumerated().map {
        Sample.Pod(name: "pod-\($0)", answered: $1.answered, lost: $1.lost)
      },
      connections: connections, generations: 1, isCyclic: isCyclic, isReadySetKnown: true)
    let verdict = judge(sample)
    let evidence = Evidence(
      sample: sample, verdict: verdict, total: total, connections: connections.count)
    _ = (sample.measures, sample.chiSquare)
    return (verdict, assertions.map { $0.evaluate(on: evidence) })
  }
}

private func processorMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

private func judging(isCyclic: Bool) throws -> String {
  let assertions = try [
    "balanced", "pods==10000", "coverage==1", "skew<=1.1", "max-share<=1%", "min-share>0",
    "effective-pods>9000", "lost==0", "error-rate==0", "p99<=1s",
  ].map { try Assertion(parsing: $0) }
  let run = LargeRun(isCyclic: isCyclic)
  let times = (0..<21).map { _ in
    let start = processorMilliseconds()
    let (verdict, results) = run.judged(assertions)
    let time = processorMilliseconds() - start
    precondition(verdict.basis == (isCyclic ? .cyclic : .perCall))
    precondition(results.count == assertions.count)
    return time
  }.sorted()
  return [times[0], times[10], times[20]].map { $0.decimal(1) }.joined(separator: " / ")
}

/// The share of wrong outcomes.
private func wrong(_ outcomes: [Outcome: Int], _ wrong: Outcome...) -> String {
  func percent(_ count: Int) -> String {
    (Double(count) * 100 / Double(outcomes.values.reduce(0, +))).decimal(2) + " %"
  }
  let others = outcomes.filter { !wrong.contains($0.key) }.sorted { $0.value > $1.value }
  return percent(wrong.reduce(0) { $0 + outcomes[$1, default: 0] })
    + others.map { "  \($0.key.rawValue) \(percent($0.value))" }.joined()
}

/// Runs in which a ready pod is silent after 20 RPCs per pod, on every basis.
private func silent() -> String {
  var outcomes: [Outcome: Int] = [:]
  for n in 2...501 {
    let counts = [0] + [Int](repeating: (20 * n + n - 2) / (n - 1), count: n - 1)
    var shared = ConnectionTally()
    var single: [ConnectionTally] = []
    for pod in 1..<n {
      shared.answered(pod: pod, rpcs: counts[pod])
      var own = ConnectionTally()
      own.answered(pod: pod, rpcs: counts[pod])
      single.append(own)
    }
    let bases: [(connections: [ConnectionTally], isCyclic: Bool)] = [
      (single, true), (single, false), ([shared], false),
    ]
    for basis in bases {
      for isKnown in [true, false] {
        let sample = Sample(
          pods: counts.enumerated().map { Sample.Pod(name: "pod-\($0)", answered: $1) },
          connections: basis.connections, generations: 1, isCyclic: basis.isCyclic,
          isReadySetKnown: isKnown)
        outcomes[judge(sample).outcome, default: 0] += 1
      }
    }
  }
  return wrong(outcomes, .balanced)
}

switch CommandLine.arguments.dropFirst().first {
case "judge-turns": print(try judging(isCyclic: true))
case "judge-draws": print(try judging(isCyclic: false))
case "uniform":
  print(wrong(Calibration(.uniform).outcomes(runs: 10_000, seed: 1), .skewed, .partial))
case "uneven": print(wrong(Calibration(.uneven).outcomes(runs: 10_000, seed: 2), .balanced))
case "uniform-looking":
  print(
    wrong(Calibration(.uniform).outcomesWhileLooking(runs: 2_000, seed: 3), .skewed, .partial))
case "uneven-looking":
  print(wrong(Calibration(.uneven).outcomesWhileLooking(runs: 2_000, seed: 4), .balanced))
case "silent": print(silent())
default:
  print("VerdictBench judge-turns|judge-draws|uniform|uneven|uniform-looking|uneven-looking|silent")
  exit(64)
}
