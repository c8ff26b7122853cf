/// The measures in Prometheus' text format
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), for node_exporter's textfile
/// collector or a Pushgateway. Names stay; what is not known has no sample.
struct PrometheusMetrics {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var text: String {
    let statistics = report.statistics
    let run = "target=\(Self.quoted(report.target.given)),policy=\(Self.quoted(report.policy.name))"
    var metrics: [(name: String, help: String, samples: [(labels: String, value: String)])] = []
    func add(_ name: String, _ help: String, _ value: Double?) {
      guard let value else { return }
      metrics.append((name, help, [(run, Self.number(value))]))
    }
    func addPods(_ name: String, _ help: String, _ value: (Report.Pod) -> Double) {
      let samples = report.pods.enumerated().map { index, pod in
        let name = pod.pod ?? pod.address ?? "unknown-\(index)"
        return (run + ",pod=\(Self.quoted(name))", Self.number(value(pod)))
      }
      metrics.append((name, help, samples))
    }
    addPods("lbcheck_pod_rpcs", "Attempts that the pod answered.") { Double($0.rpcs) }
    addPods("lbcheck_pod_share", "Its share of all answered attempts, 0 to 1.") { $0.share }
    addPods("lbcheck_pod_lost", "Attempts sent to the pod that got no answer.") { Double($0.lost) }
    add("lbcheck_rpcs_sent", "Attempts in the measuring window.", Double(report.rpcs.sent))
    add("lbcheck_rpcs_answered", "Attempts that were answered.", Double(report.rpcs.answered))
    add("lbcheck_rpcs_lost", "Attempts that got no answer.", Double(report.rpcs.lost))
    add(
      "lbcheck_rpcs_errors", "Attempts with another status than OK, and those that got no answer.",
      Double(report.rpcs.errors))
    add("lbcheck_pods_ready", "Pods that were ready.", statistics.ready.map { Double($0) })
    add("lbcheck_pods_answered", "Pods that answered.", statistics.answered.map { Double($0) })
    add("lbcheck_skew", "How many times its share the hottest pod carries.", statistics.skew)
    add(
      "lbcheck_effective_pods", "How many equally used pods these work like.",
      statistics.effectivePods)
    add("lbcheck_max_share", "The hottest pod's share, 0 to 1.", statistics.maxShare)
    metrics.append(
      (
        "lbcheck_verdict", "1 for the outcome of the run, 0 for the others.",
        ["balanced", "skewed", "partial", "pinned", "inconclusive"].map {
          (run + ",outcome=\"\($0)\"", $0 == report.verdict.outcome ? "1" : "0")
        }
      ))
    metrics.append(
      (
        "lbcheck_assertion_held", "1 where the assertion held, 0 where it failed, NaN undecided.",
        assertions.map {
          (
            run + ",assert=\(Self.quoted($0.assert))",
            $0.held.map { $0 ? "1" : "0" } ?? "NaN"
          )
        }
      ))
    return metrics.filter { !$0.samples.isEmpty }.map { metric in
      "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) gauge\n"
        + metric.samples.map { "\(metric.name){\($0.labels)} \($0.value)\n" }.joined()
    }.joined()
  }

  /// Each once: a series may not come twice.
  private var assertions: [Report.Assertion] {
    var seen: Set<String> = []
    return report.assertions.filter { seen.insert($0.assert).inserted }
  }

  /// Whole numbers without a fraction.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// A label's value: backslash, quotation mark and line feed are escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in Escaping.terminal(text).unicodeScalars {
      if scalar == "\\" || scalar == "\"" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
