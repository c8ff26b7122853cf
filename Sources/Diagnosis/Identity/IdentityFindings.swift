internal import Distribution
internal import Naming
internal import Reporting

/// What was seen on the way to the pods' names, and what would show them where nothing does.
struct IdentityFindings {
  let counts: Counts
  let attribution: Attribution

  var all: [Report.Finding] {
    [opaque, strangeChannelz, severalServers, contradiction, changingNames].compactMap { $0 }
  }

  private var opaque: Report.Finding? {
    let hidden = attribution.pods.filter { !$0.isIdentified }.reduce(0) { $0 + $1.tally.answered }
    guard hidden > 0 else { return nil }
    let asked = counts.channelz.isEmpty ? "" : "; channelz did not tell either"
    return Report.Finding(
      code: "LBC0170", level: .warning,
      message: "the pod behind \(hidden) answers cannot be told",
      evidence: "no response field names it, and the peer may stand in front of pods\(asked)",
      hint: "by effort: name the headless Service or svc/NAME, whose peers are the pods; register "
        + "channelz in the server; let Envoy add a response header with %UPSTREAM_HOST%; send the "
        + "pod's name from the application, as x-pod-name or in its messages (body:FIELD)")
  }

  private var strangeChannelz: Report.Finding? {
    var words: [String] = []
    var strange = 0
    for outcome in counts.channelz {
      switch outcome {
      case .silent: words.append("no answer within 2 s")
      case .implausible(let reason): words.append(reason)
      case .pod, .several, .ambiguous, .refused: continue
      }
      strange += 1
    }
    if !attribution.doubts.contradicted.isEmpty {
      words.append("one pod's address for connections whose answers name several pods")
      strange += attribution.doubts.contradicted.count
    }
    guard let first = words.first else { return nil }
    return Report.Finding(
      code: "LBC0171", level: .warning,
      message: "channelz cannot be believed and was left aside (\(strange) time(s))",
      evidence: first, hint: "look at the server with grpcdebug, or use --identity header:NAME")
  }

  private var severalServers: Report.Finding? {
    let several = counts.channelz.compactMap { outcome in
      if case .several(let pods) = outcome { pods } else { nil }
    }
    guard let pods = several.max(by: { $0.count < $1.count }) else { return nil }
    let seen = pods.map(\.description).sorted()
    let rest = seen.count - 8
    let which =
      seen.count < 2
      ? ""
      : ": at least \(seen.prefix(8).joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
    return Report.Finding(
      code: "LBC0172", level: .info,
      message: "\(seen.count < 2 ? "several" : String(seen.count)) pods answer on one connection: "
        + "an L7 balancer or a mesh chooses per call",
      evidence: "the same question to channelz had different answers on \(several.count) "
        + "connection(s)\(which)",
      hint: "how many RPCs each had, only answers that name their pods can show: a response header "
        + "(in Envoy %UPSTREAM_HOST%), or body:FIELD")
  }

  private var contradiction: Report.Finding? {
    guard counts.contradictions > 0 else { return nil }
    return Report.Finding(
      code: "LBC0173", level: .warning,
      message: "\(counts.contradictions) answer(s) named one pod in the headers and another in "
        + "the trailers, and neither was believed",
      evidence: "known fields: x-pod-name and the like",
      hint: "choose the one to believe with --identity header:NAME")
  }

  private var changingNames: Report.Finding? {
    guard let (names, answers) = attribution.doubts.changingNames else { return nil }
    return Report.Finding(
      code: "LBC0174", level: .warning,
      message: "the field that should name the pod differs in nearly every answer, and was ignored",
      evidence: "\(names) values in \(answers) answers",
      hint: "choose another with --identity header:NAME; if there are as many pods, send more RPCs")
  }
}
