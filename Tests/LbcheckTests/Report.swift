import FoundationEssentials

/// What a script relies on in the report (docs/report.schema.json), read as a script would.
struct Report: Decodable {
  struct Target: Decodable {
    var given: String
    var host: String
  }

  struct Resolution: Decodable {
    var changes: Int
  }

  struct RPCs: Decodable {
    var sent: Int
    var answered: Int
    var lost: Int
    var warmup: Int
    var unattributed: Int
    var probes: Int
    var by_status: [String: Int]
  }

  struct Pod: Decodable {
    var pod: String?
    var address: String?
    var identity: String
    var confidence: String
    var rpcs: Int
    var lost: Int
    var warmup: Int
    var connections: Int
  }

  struct Connection: Decodable {
    var channel: Int
    var pods: [String]
    var rpcs: Int
  }

  struct Timeline: Decodable {
    var pods: [Int]
    var rpcs: [[Int]]
    var others: [Int]?
    var lost: [Int]
  }

  struct Verdict: Decodable {
    var outcome: String
    var basis: String
    var needed_rpcs: Int?
    var reason: String
  }

  struct Assertion: Decodable {
    var assert: String
    var held: Bool?
    var observed: String
  }

  struct Finding: Decodable {
    var code: String
  }

  var schema: String
  var command: String
  var source: String
  var duration_s: Double
  var interrupted: Bool
  /// Nil in a merge.
  var seed: UInt64?
  var target: Target
  var resolution: Resolution
  var rpcs: RPCs
  var pods: [Pod]
  var connections: [Connection]
  var timeline: Timeline?
  var verdict: Verdict
  var assertions: [Assertion]
  var findings: [Finding]

  /// Throws unless the text is one JSON report and nothing else.
  init(_ text: String) throws {
    self = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
  }

  /// Answers by pod, those of the warm-up too: what the pods themselves counted.
  var answersByPod: [String: Int] { answersByPod(by: \.pod) }

  func answersByPod(by key: (Pod) -> String?) -> [String: Int] {
    var answers: [String: Int] = [:]
    for pod in pods { answers[key(pod) ?? "?", default: 0] += pod.rpcs + pod.warmup }
    return answers.filter { $0.value > 0 }
  }

  /// Nothing is counted twice and nothing disappears.
  var addsUp: Bool {
    rpcs.sent == rpcs.answered + rpcs.lost
      && rpcs.answered == pods.reduce(rpcs.unattributed) { $0 + $1.rpcs }
      && rpcs.answered == rpcs.by_status.values.reduce(0, +)
      && connections.reduce(0) { $0 + $1.rpcs } == rpcs.answered
      && timelineAddsUp
  }
}

extension Report {
  /// The slices of the window add up to what was counted in all of it.
  private var timelineAddsUp: Bool {
    // In these no loop of ours has looked at the time slices.
    guard let timeline else { return rpcs.sent == 0 || ["lab", "merge"].contains(command) }
    return zip(timeline.pods, timeline.rpcs).allSatisfy { $1.reduce(0, +) == pods[$0].rpcs }
      && (timeline.rpcs + [timeline.others ?? []]).joined().reduce(0, +) == rpcs.answered
      && timeline.lost.reduce(0, +) == rpcs.lost
  }
}

func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
  try JSONDecoder().decode(type, from: Data(text.utf8))
}
