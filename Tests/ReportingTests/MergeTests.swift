import Distribution
import FoundationEssentials
import Naming
import Testing

@testable import Reporting

@Suite("Merging reports")
struct MergeTests {
  /// A client whose connections led to these pods of five.
  private func client(
    _ number: Int, _ pods: [Int], rpcs: Int = 100, policy: String = "pick_first"
  ) throws -> Report {
    let rows = (0..<5).map { pod in
      Reports.Row(
        pod: "mygrpc-\(pod)", address: Reports.address(pod), ok: rpcs * pods.count { $0 == pod })
    }
    var report = try Reports.report(
      rows, policy: policy,
      connections: pods.enumerated().map {
        var connection = Reports.connection(
          $0, to: Reports.address($1), pods: ["mygrpc-\($1)"], rpcs: rpcs)
        connection.local = "10.0.8.\(number):\(40000 + $0)"
        return connection
      },
      isCyclic: policy == "round_robin", seed: UInt64(number))
    report.resolution.windowChanges = 0
    for index in report.pods.indices { report.pods[index].ready = true }
    return report
  }

  private func text(_ report: Report) -> [UInt8] { Array(jsonText(report).utf8) }

  private func merged(_ reports: [Report]) throws -> Report {
    var merge = ReportMerge()
    for (index, report) in reports.enumerated() {
      try merge.add(text(report), file: "\(index).json")
    }
    return try #require(
      merge.report(version: "1.2.3", tolerance: 0.1, confidence: 0.99) { _ in [] })
  }

  private func problem(_ reports: [Report]) throws -> String {
    do {
      _ = try merged(reports)
      return "none"
    } catch let error as MergeError {
      return error.description
    }
  }

  @Test("pinned clients are balanced together, in whatever order their reports come")
  func together() throws {
    let clients = try (0..<20).map { try client($0, [$0 % 5]) }
    #expect(clients.allSatisfy { $0.verdict.outcome == "pinned" })
    let joined = try merged(clients)
    #expect(joined.verdict.outcome == "balanced")
    #expect(joined.verdict.basis == "per-connection")
    #expect(joined.merged == Report.Merged(reports: 20, omittedConnections: 0))
    #expect(joined.rpcs.answered == 2000)
    #expect(joined.pods.map(\.rpcs) == [400, 400, 400, 400, 400])
    #expect(joined.pods.map(\.connections) == [4, 4, 4, 4, 4])
    #expect(joined.connections.map(\.id) == Array(0..<20))
    #expect(joined.connections.map(\.channel) == Array(0..<20))
    #expect(joined.policy.channels == 20)
    var random = SplitMix64(seed: 4)
    for _ in 0..<10 {
      let again = try merged(clients.shuffled(using: &random))
      #expect(again.pods == joined.pods)
      #expect(again.verdict == joined.verdict)
      #expect(again.statistics == joined.statistics)
    }
  }

  @Test("turns add up with their pickers")
  func cyclic() throws {
    let joined = try merged((0..<4).map { try client($0, [0, 1, 2, 3, 4], policy: "round_robin") })
    #expect(joined.verdict.outcome == "balanced")
    #expect(joined.verdict.basis == "cyclic")
    #expect(joined.statistics.pickers == 4)
  }

  @Test("a pod with a name here and an address there is one pod")
  func names() throws {
    var other = try client(2, [1])
    for index in other.pods.indices where index != 1 { other.pods[index].pod = nil }
    let joined = try merged([client(1, [0]), other])
    #expect(joined.pods.map(\.pod) == (0..<5).map { "mygrpc-\($0)" })
    let reversed = try merged([other, client(1, [0])])
    #expect(reversed.pods.map(\.rpcs) == joined.pods.map(\.rpcs))
  }

  @Test("clients that knew other ready pods: nothing is said of all together")
  func divergent() throws {
    var other = try client(2, [1])
    other.pods.removeLast()
    let joined = try merged([client(1, [0]), other])
    #expect(joined.verdict.outcome == "inconclusive")
    #expect(joined.findings.map(\.code).contains("LBC0195"))
  }

  @Test("what does not belong together is refused, with the file and the reason")
  func refused() throws {
    let one = try client(1, [0])
    #expect(try problem([one, one]).hasPrefix("1.json: is the same run as in 0.json"))
    var other = try client(2, [0])
    other.target.host = "other"
    other.target.given = "dns:///other:1"
    #expect(
      try problem([one, other])
        == "1.json: measured the target dns:///other:1, not dns:///mygrpc.default:50051 as 0.json")
    other = try client(2, [0])
    other.policy.name = "round_robin"
    other.statistics.pickers = 1
    #expect(try problem([one, other]).contains("has the policy round_robin, not pick_first"))
    other = try client(2, [0])
    other.schema = "lbcheck.report/v2"
    #expect(try problem([one, other]).contains("has the schema"))
    other = try client(2, [0])
    other.rpcs.answered += 1
    #expect(try problem([one, other]).contains("do not add up"))
    other = try client(2, [0])
    other.pods[0].rpcs += 1
    #expect(try problem([one, other]).contains("its pods add up to 101"))
    other = try client(2, [0])
    other.rpcs.sent = -1
    #expect(try problem([one, other]).contains("below 0"))
    #expect(try problem([merged([one])]).contains("result of a merge"))
    other = try client(2, [0])
    other.command = "lab"
    #expect(try problem([one, other]).contains("is a report of lab"))
  }

  @Test("keys in another order, several reports in one file, hostile names")
  func forms() throws {
    var hostile = try client(2, [0])
    hostile.pods[0].pod = "a\"\\\n\u{1B}[2J::error::<b>"
    hostile.connections[0].pods = ["a\"\\\n\u{1B}[2J::error::<b>"]
    let sorted = JSONEncoder()
    sorted.outputFormatting = .sortedKeys
    var merge = ReportMerge()
    try merge.add(text(client(1, [1])) + Array(try sorted.encode(hostile)), file: "both")
    let joined = try #require(
      merge.report(version: "1", tolerance: 0.1, confidence: 0.99) { _ in [] })
    #expect(joined.merged?.reports == 2)
    // Known by its address; the first name stays.
    #expect(joined.pods.reduce(0) { $0 + $1.rpcs } == 200)
    for format in OutputFormat.allCases {
      #expect(!render(joined, as: format, style: Style()).contains("\u{1B}"), "\(format)")
    }
  }

  @Test("no text, cut off or bent, is taken for a report, and none crashes the reader")
  func mutations() throws {
    let whole = try text(client(1, [0]))
    var random = SplitMix64(seed: 9)
    for cut in stride(from: 0, to: whole.count - 2, by: 37) {
      var merge = ReportMerge()
      #expect(throws: MergeError.self) { try merge.add(Array(whole.prefix(cut)), file: "cut") }
    }
    for _ in 0..<2000 {
      var bent = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bent[Int.random(in: 0..<bent.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var merge = ReportMerge()
      try? merge.add(bent, file: "bent")
      _ = merge.report(version: "1", tolerance: 0.1, confidence: 0.99) { _ in [] }
    }
    for text in [
      "", "[", "{\"a\":", String(repeating: "[", count: 100_000), "{} {}", "null", "1e999",
    ] {
      var merge = ReportMerge()
      #expect(throws: MergeError.self) { try merge.add(Array(text.utf8), file: "odd") }
    }
  }
}
