import Diagnosis
import Reporting
import Testing

@Suite("Lint")
struct LintTests {
  static let cases: [(String, [String])] = [
    ("{", ["LBC0200"]),
    ("[]", ["LBC0201"]),
    (#"{"loadBalancingPolicy":"nope"}"#, ["LBC0202", "LBC0201"]),
    (#"{"loadBalancingPolicy":"ROUND_ROBIN"}"#, ["LBC0203"]),
    (#"{"loadBalancingConfig":[{"nope":{}},{"round_robin":{}}]}"#, ["LBC0204"]),
    (#"{"loadBalancingPolicy":"grpclb"}"#, ["LBC0205", "LBC0205"]),
    (
      #"{"loadBalancingPolicy":"pick_first","loadBalancingConfig":[{"round_robin":{}}]}"#,
      ["LBC0206"]
    ),
    ("{}", ["LBC0207"]),
    (
      #"{"loadBalancingPolicy":"round_robin","methodConfig":[{"name":[{}],"retryPolicy":{}}]}"#,
      [
        "LBC0201", "LBC0201", "LBC0201", "LBC0201", "LBC0201",
        "LBC0208", "LBC0208", "LBC0208", "LBC0208", "LBC0208",
      ]
    ),
    (
      #"{"loadBalancingPolicy":"round_robin","methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":9,"initialBackoff":"1s","maxBackoff":"1s","backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}}]}"#,
      ["LBC0209"]
    ),
    (
      #"{"loadBalancingPolicy":"round_robin","healthCheckConfig":{"serviceName":""}}"#,
      ["LBC0210"]
    ),
    (
      #"{"loadBalancingPolicy":"pick_first","healthCheckConfig":{"serviceName":""}}"#,
      ["LBC0211"]
    ),
    (#"{"loadBalancingPolicy":"round_robin","x":1}"#, ["LBC0212"]),
    (
      #"{"loadBalancingPolicy":"round_robin","methodConfig":[{"name":[{}],"hedgingPolicy":{}}]}"#,
      ["LBC0213"]
    ),
    (
      #"{"loadBalancingPolicy":"round_robin","methodConfig":[{}]}"#, ["LBC0214"]
    ),
    (#"{"loadBalancingConfig":[{"round_robin":{}}]}"#, []),
  ]

  private func report(_ config: String) -> LintReport {
    lint(Array(config.utf8), source: "test", version: "0")
  }

  @Test(
    "each code is found, and on a good config none",
    arguments: cases)
  func codes(config: String, codes: [String]) {
    #expect(report(config).findings.map(\.code) == codes)
  }

  @Test("a finding names its clients, and where; errors come first")
  func words() throws {
    let found = report(#"{"loadBalancingPolicy":"nope","y":1}"#)
    #expect(found.clients.map(\.accepted) == [true, false, false])
    #expect(found.clients.map(\.policy) == ["pick_first", nil, nil])
    #expect(found.findings.map(\.level) == [.error, .error, .warning])
    #expect(found.findings[0].message.contains("(grpc-go)"))
    #expect(found.findings[1].message.contains("(C-core, grpc-java)"))
    #expect(found.findings[1].evidence?.hasPrefix("loadBalancingPolicy: ") == true)
    #expect(found.reaches(.error) && found.reaches(.info))
  }
}
