internal import Distribution
internal import Reporting

/// What the pods, DNS and the API saw of a client besides the numbers.
struct ObservedFindings {
  let run: ObservedRun
  let policy: ObservedPolicy
  let verdict: Distribution.Verdict
  let total: PodTally

  var all: [Report.Finding] {
    [failed, silent, pinned, goAways, lost, noticed, notUnderstood, asked].compactMap { $0 }
  }

  private var failed: Report.Finding? {
    run.failure.map {
      Report.Finding(
        code: "LBC0183", level: .warning, message: "the command did not end well", evidence: $0,
        hint: "its own output says why; the counts are of what it did until then")
    }
  }

  private var silent: Report.Finding? {
    guard run.connections.isEmpty else { return nil }
    return Report.Finding(
      code: "LBC0180", level: .warning, message: "no client connected to any pod: 0 connections",
      evidence: questions,
      hint: "give the client the name in LBCHECK_TARGET_DNS or LBCHECK_TARGET_KUBERNETES, or the "
        + "address in LBCHECK_VIP")
  }

  private var asked: Report.Finding? {
    guard !run.connections.isEmpty else { return nil }
    return Report.Finding(
      code: "LBC0181", level: .info, message: "what the client asked for addresses",
      evidence: questions)
  }

  private var questions: String {
    "DNS: \(Self.list(run.dnsQuestions)); Kubernetes API: \(Self.list(run.apiRequests))"
  }

  private static func list(_ questions: [ObservedRun.Question]) -> String {
    let shown = questions.prefix(8).map { "\($0.text) (\($0.count))" }
    let more = questions.count > 8 ? ", and \(questions.count - 8) others" : ""
    return shown.isEmpty ? "nothing" : shown.joined(separator: ", ") + more
  }

  private var pinned: Report.Finding? {
    guard verdict.outcome == .pinned else { return nil }
    let count = run.connections.count { $0.tally.answered > 0 }
    let evidence = "\(count) connection(s) carried all RPCs"
    switch policy {
    case .pickFirst:
      return .pickFirst(evidence: evidence)
    case .clusterIP:
      return Report.Finding(
        code: "LBC0101", level: .warning,
        message: "one address means one connection, and HTTP/2 puts every RPC on it",
        evidence: "\(evidence), to the virtual IP",
        hint: "give the Service clusterIP: None (headless) and the client round_robin over "
          + "dns:///, or put an L7 proxy in front")
    case .http1, .proxied, .roundRobin, .unknown: return nil
    }
  }

  private var goAways: Report.Finding? {
    let ends = run.connections.compactMap(\.goAway)
    guard let first = ends.first else { return nil }
    return .goAways(
      message: "\(ends.count) connection(s) were asked to go away (GOAWAY)", code: first.code,
      debug: first.debug)
  }

  private var lost: Report.Finding? {
    .lost(total, "requests that reached a pod got no answer")
  }

  /// How long after a pod came it had its first request, and how long after it went its last one.
  private var noticed: Report.Finding? {
    let lines = run.pods.compactMap { pod -> String? in
      if let left = pod.left {
        let last = pod.lastRequest.flatMap { $0 > left ? $0 - left : nil }
        return "\(pod.name) gone at \(seconds(left)): "
          + (last.map { "last request \(seconds($0)) later" } ?? "no request after that")
      }
      guard let came = pod.came else { return nil }
      return "\(pod.name) ready at \(seconds(came)): "
        + (pod.firstRequest.map { "first request \(seconds($0 - came)) later" } ?? "no request")
    }
    guard !lines.isEmpty else { return nil }
    let more = lines.count > 10 ? "; and \(lines.count - 10) more" : ""
    return Report.Finding(
      code: "LBC0184", level: .info, message: "when the client noticed that the pods changed",
      evidence: lines.prefix(10).joined(separator: "; ") + more,
      hint: "a client looks a name up again when a connection ends; MaxConnectionAge on the server "
        + "makes that happen, and a Kubernetes watch tells at once")
  }

  private func seconds(_ milliseconds: Double) -> String {
    "\((milliseconds / 1000).decimal(2)) s"
  }

  private var notUnderstood: Report.Finding? {
    let count = run.connections.count { !$0.isUnderstood }
    guard count > 0 else { return nil }
    return Report.Finding(
      code: "LBC0182", level: .warning,
      message: "\(count) connection(s) did not begin as HTTP/2 in cleartext: they were passed on, "
        + "but their requests are not counted",
      hint: "with --upstream, lbcheck lab counts HTTP/2 with prior knowledge, as gRPC clients "
        + "without TLS speak it")
  }
}
