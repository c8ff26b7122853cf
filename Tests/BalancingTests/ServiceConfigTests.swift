import Balancing
import Naming
import Testing

@Suite("Service configs")
struct ServiceConfigTests {
  typealias Kind = ConfigReading.Remark.Kind

  private func reading(_ text: String, as dialect: ConfigDialect) throws -> ConfigReading {
    try #require(ServiceConfigReader.read(Array(text.utf8), as: [dialect]).first)
  }

  private func kinds(_ text: String, as dialect: ConfigDialect) throws -> [Kind] {
    try reading(text, as: dialect).remarks.map(\.kind)
  }

  @Test("a list with round_robin is accepted by all, without a remark")
  func good() throws {
    for dialect in ConfigDialect.all {
      let reading = try reading(#"{"loadBalancingConfig":[{"round_robin":{}}]}"#, as: dialect)
      #expect(reading.config?.policy == "round_robin")
      #expect(reading.remarks.isEmpty)
    }
  }

  @Test("upper case in the old field: grpc-go takes pick_first, the others round_robin")
  func upperCase() throws {
    let text = #"{"loadBalancingPolicy":"ROUND_ROBIN"}"#
    let go = try reading(text, as: .go)
    #expect(go.config?.policy == "pick_first")
    #expect(go.remarks.map(\.kind) == [.upperCasePolicy])
    for dialect in [ConfigDialect.core, .java] {
      let reading = try reading(text, as: dialect)
      #expect(reading.config?.policy == "round_robin")
      #expect(reading.remarks.isEmpty)
    }
  }

  @Test("upper case in the list is an unknown policy for all")
  func upperCaseInList() throws {
    for dialect in ConfigDialect.all {
      let reading = try reading(#"{"loadBalancingConfig":[{"ROUND_ROBIN":{}}]}"#, as: dialect)
      #expect(!reading.isAccepted)
    }
  }

  @Test("a misspelt policy: pick_first in grpc-go, an error elsewhere")
  func misspelt() throws {
    let text = #"{"loadBalancingPolicy":"round_robbin"}"#
    let go = try reading(text, as: .go)
    #expect(go.config?.policy == "pick_first")
    #expect(go.remarks.map(\.kind) == [.unknownPolicyIsPickFirst])
    #expect(try kinds(text, as: .core) == [.rejected])
    #expect(try kinds(text, as: .java) == [.rejected])
  }

  @Test(
    "the list",
    arguments: [
      (#"{"round_robin":{}}"#, [false, false, false]),
      (#"[{"nope":{}},{"round_robin":{}}]"#, [true, true, true]),
      (#"[{"nope":{}}]"#, [false, false, false]),
      // Java falls back to the old field, and without it to pick_first.
      ("[]", [false, false, true]),
      (#"[{"round_robin":{},"pick_first":{}}]"#, [false, false, false]),
      // Go never looks at what round_robin is given.
      (#"[{"round_robin":5}]"#, [true, false, false]),
      // Java looks at what follows the chosen entry.
      (#"[{"round_robin":{}},{}]"#, [true, true, false]),
      (#"[{"outlier_detection_experimental":{}}]"#, [true, false, false]),
      (#"[{"pick_first":{"shuffleAddressList":1}}]"#, [false, false, false]),
    ])
  func list(list: String, accepted: [Bool]) throws {
    let readings = try ServiceConfigReader.read(Array(#"{"loadBalancingConfig":\#(list)}"#.utf8))
    #expect(readings.map(\.isAccepted) == accepted)
  }

  @Test("the list wins over the old field, at which C-core still looks")
  func bothFields() throws {
    let text = #"{"loadBalancingPolicy":"nope","loadBalancingConfig":[{"round_robin":{}}]}"#
    #expect(try kinds(text, as: .go) == [.policyIsOverruled])
    #expect(try kinds(text, as: .core) == [.rejected, .policyIsOverruled])
    #expect(try kinds(text, as: .java) == [.policyIsOverruled])
  }

  @Test("policies that not every client has")
  func added() throws {
    let text = #"{"loadBalancingConfig":[{"weighted_round_robin":{}},{"round_robin":{}}]}"#
    #expect(try kinds(text, as: .go) == [.addedPolicy])
    #expect(try kinds(text, as: .core) == [])
    #expect(try kinds(text, as: .java) == [.addedPolicy])
    let ring = #"{"loadBalancingConfig":[{"least_request_experimental":{}},{"round_robin":{}}]}"#
    #expect(try kinds(ring, as: .core) == [.skippedPolicy])
    #expect(try reading(ring, as: .core).config?.policy == "round_robin")
  }

  @Test("names of fields: Go reads them in any case, and the exact one first")
  func fieldNames() throws {
    let text = #"{"LoadBalancingConfig":[{"round_robin":{}}]}"#
    #expect(try reading(text, as: .go).config?.policy == "round_robin")
    #expect(try kinds(text, as: .core) == [.unknownField, .noPolicy])
    let both = #"{"LOADBALANCINGPOLICY":"x","loadBalancingPolicy":"round_robin"}"#
    #expect(try reading(both, as: .go).config?.policy == "round_robin")
    #expect(try kinds(#"{"loadBalancing":{}}"#, as: .java) == [.unknownField, .noPolicy])
  }

  static let retry =
    #""maxAttempts":4,"initialBackoff":"0.1s","maxBackoff":"1.5s","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]"#

  @Test("a method's own config, then its service's, then that for all")
  func scopes() throws {
    let text = #"""
      {"methodConfig":[
        {"name":[{"service":"a.B","method":"C"}],"timeout":"1s"},
        {"name":[{"service":"a.B"}],"timeout":"2.000000001s","waitForReady":true},
        {"name":[{}],"retryPolicy":{\#(Self.retry)}}
      ]}
      """#
    for dialect in ConfigDialect.all {
      let config = try #require(try reading(text, as: dialect).config)
      #expect(config.config(forPath: "/a.B/C")?.timeout == .seconds(1))
      #expect(
        config.config(forPath: "/a.B/D")?.timeout == .seconds(2) + .nanoseconds(1))
      #expect(config.config(forPath: "/a.B/D")?.waitForReady == true)
      let retry = try #require(config.config(forPath: "/x.Y/Z")?.retry)
      #expect(retry.maxAttempts == 4)
      #expect(retry.maxBackoff == .milliseconds(1500))
      #expect(retry.retryableStatuses == [.unavailable])
    }
  }

  @Test(
    "a faulty retry policy is an error, but in grpc-go silently none",
    arguments: [
      (#""maxAttempts":4"#, #""maxAttempts":1"#), (#""initialBackoff":"0.1s","#, ""),
      (#""maxBackoff":"1.5s""#, #""maxBackoff":"0s""#),
      (#""backoffMultiplier":2"#, #""backoffMultiplier":0"#), (#"["UNAVAILABLE"]"#, "[]"),
    ])
  func faultyRetry(good: String, bad: String) throws {
    let policy = Self.retry.replacing(good, with: bad)
    let text = #"{"methodConfig":[{"name":[{}],"retryPolicy":{\#(policy)}}]}"#
    let go = try reading(text, as: .go)
    #expect(go.config?.config(forPath: "/a/b")?.retry == nil)
    #expect(go.remarks.contains { $0.kind == .ignoredRetryPolicy })
    #expect(try !reading(text, as: .core).isAccepted)
    #expect(try !reading(text, as: .java).isAccepted)
  }

  @Test("at most five attempts; statuses by name, and by number for Go and Java")
  func retryDetails() throws {
    func config(_ policy: String) -> String {
      #"{"methodConfig":[{"name":[{}],"retryPolicy":{\#(policy)}}]}"#
    }
    let many = config(Self.retry.replacing(#""maxAttempts":4"#, with: #""maxAttempts":9"#))
    let numbers = config(Self.retry.replacing(#"["UNAVAILABLE"]"#, with: "[14]"))
    let ok = config(Self.retry.replacing("UNAVAILABLE", with: "OK"))
    for dialect in ConfigDialect.all {
      let capped = try reading(many, as: dialect)
      #expect(capped.config?.config(forPath: "/a/b")?.retry?.maxAttempts == 5)
      #expect(capped.remarks.contains { $0.kind == .cappedAttempts })
      #expect(try reading(numbers, as: dialect).isAccepted == (dialect != .core))
      #expect(try reading(ok, as: dialect).isAccepted == (dialect != .java))
    }
  }

  @Test("health checks: nothing with pick_first, an import for grpc-go")
  func healthChecks() throws {
    let checked =
      #"{"loadBalancingConfig":[{"round_robin":{}}],"healthCheckConfig":{"serviceName":""}}"#
    #expect(try kinds(checked, as: .go) == [.healthCheckNeeds])
    #expect(try kinds(checked, as: .core) == [])
    #expect(try reading(checked, as: .core).config?.healthCheckedService == "")
    let unchecked = #"{"healthCheckConfig":{"serviceName":"a"}}"#
    #expect(try kinds(unchecked, as: .java) == [.noPolicy, .healthCheckWithPickFirst])
  }

  @Test("no text crashes the reader, and every client that refuses one says why")
  func randomTexts() throws {
    var random = SplitMix64(seed: 8)
    let parts = [
      "{", "}", "[", "]", ":", ",", "1", "-1", "\"1s\"", "\"x\"", "true", "null", "\"name\"",
      "\"service\"", "\"methodConfig\"", "\"loadBalancingConfig\"", "\"loadBalancingPolicy\"",
      "\"round_robin\"", "\"retryPolicy\"", "\"retryThrottling\"", "{}", "[]", "[{}]",
      "\"loadBalancingConfig\":[{\"round_robin\":{}}]", "\"methodConfig\":[{\"name\":[{}]}]",
    ]
    var read = 0
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in
        parts[Int.random(in: parts.indices, using: &random)]
      }.joined()
      guard let readings = try? ServiceConfigReader.read(Array("{\(text)}".utf8)) else { continue }
      read += 1
      for reading in readings {
        #expect(reading.isAccepted != reading.remarks.contains { $0.kind == .rejected })
      }
    }
    #expect(read > 100)
  }
}
