import Resolution
import Testing

@Suite("What a client makes of an outcome")
struct NextStepTests {
  static let all: [DNSOutcome] = [
    .answered, .noData, .nameError, .serverFailure, .refused, .timeout, .connectionRefused,
    .unreachable, .malformed, .other(code: 4), .invalidName, .cancelled,
  ]

  @Test(
    "grpc-go takes NXDOMAIN, no data and REFUSED for an empty list, and keeps the old otherwise")
  func go() {
    let empty = Self.all.filter { $0.meaning(to: .go) == .emptyList }
    #expect(empty == [.noData, .nameError, .refused, .other(code: 4), .invalidName])
    #expect(DNSOutcome.answered.meaning(to: .go) == .addresses)
    #expect(DNSOutcome.nameError.nextStep(of: .go).contains("no children to pick from"))
    #expect(DNSOutcome.nameError.nextStep(of: .go).contains("1.6 s"))
    #expect(DNSOutcome.timeout.nextStep(of: .go).contains("keeps the addresses"))
    #expect(DNSOutcome.answered.nextStep(of: .go).contains("30 s"))
  }

  @Test("C-core and grpc-java take them for errors", arguments: [ReResolutionRules.core, .java])
  func others(rules: ReResolutionRules) {
    for outcome in Self.all where outcome != .answered {
      #expect(outcome.meaning(to: rules) == .failure)
      #expect(outcome.nextStep(of: rules).hasPrefix(rules.client))
    }
  }
}
