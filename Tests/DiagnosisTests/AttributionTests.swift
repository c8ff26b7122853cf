import Distribution
import Naming
import Testing

@testable import Diagnosis

@Suite("Which pod a row of answers belongs to")
struct AttributionTests {
  private func address(_ last: UInt32) -> TransportAddress {
    .ip(.v4(0x0A00_0000 + last), port: 50051)
  }

  private func row(_ last: UInt32, _ identity: String?, _ answers: Int) -> Counts.Row {
    var row = Counts.Row(origin: Counts.Origin(address: address(last), identity: identity))
    for _ in 0..<answers { row.tally.answered(status: 0, latencyNanoseconds: 1) }
    return row
  }

  private func known(
    _ ready: [Endpoint]?, peersArePods: Bool
  ) -> Attribution.Known {
    Attribution.Known(ready: ready, peersArePods: peersArePods, nameSource: "header")
  }

  private func summary(_ attribution: Attribution) -> [String] {
    attribution.pods.map {
      "\($0.name ?? "-") \($0.addresses.count) \($0.identity) \($0.tally.answered)"
    }
  }

  @Test("headless: name and address are one pod, silent endpoints have a row")
  func headless() {
    let attribution = Attribution(
      [row(1, "a", 5), row(2, nil, 3)],
      known: known([1, 2, 3].map { Endpoint(address($0)) }, peersArePods: true))
    #expect(summary(attribution) == ["a 1 header 5", "- 1 peer 3", "- 1 peer 0"])
    #expect(attribution.isReadySetKnown)
  }

  @Test("some answers of a pod lack the name: still the same pod")
  func sometimesNamed() {
    let attribution = Attribution(
      [row(1, "a", 5), row(1, nil, 2)],
      known: known([Endpoint(address(1)), Endpoint(address(2))], peersArePods: true))
    #expect(summary(attribution) == ["a 1 header 7", "- 1 peer 0"])
  }

  @Test("one name behind two endpoints: a dual-stack pod")
  func dualStack() {
    let attribution = Attribution(
      [row(1, "a", 5), row(2, "a", 5)],
      known: known([Endpoint(address(1)), Endpoint(address(2))], peersArePods: true))
    #expect(summary(attribution) == ["a 2 header 10"])
  }

  @Test("several names behind one endpoint: a proxy, so the ready pods are not known")
  func proxied() {
    let attribution = Attribution(
      [row(1, "a", 5), row(1, "b", 5), row(2, "a", 1)],
      known: known([Endpoint(address(1)), Endpoint(address(2))], peersArePods: true))
    #expect(attribution.pods.map(\.name) == ["a", "b"])
    #expect(attribution.pods.map(\.tally.answered) == [6, 5])
    #expect(!attribution.isReadySetKnown)
  }

  @Test("virtual IP with names: pods known by name meet the ready ones")
  func virtualIP() {
    let ready = [Endpoint(address(1), pod: "a"), Endpoint(address(2), pod: "b")]
    let attribution = Attribution(
      [row(9, "b", 5)], known: known(ready, peersArePods: false))
    #expect(summary(attribution) == ["a 1 peer 0", "b 1 header 5"])
    #expect(attribution.isReadySetKnown)
  }

  @Test("a name that is no ready pod's: which pods were silent cannot be said")
  func strangers() {
    let ready = [Endpoint(address(1), pod: "a"), Endpoint(address(2), pod: "b")]
    let attribution = Attribution(
      [row(9, "node-1", 5)], known: known(ready, peersArePods: false))
    #expect(summary(attribution) == ["node-1 0 header 5"])
    #expect(!attribution.isReadySetKnown)
  }

  @Test("virtual IP without names: unknown, and counted as such")
  func unknown() {
    let attribution = Attribution([row(9, nil, 5)], known: known(nil, peersArePods: false))
    #expect(summary(attribution) == ["- 1 unknown 5"])
    #expect(attribution.pods.allSatisfy { !$0.isIdentified })
    #expect(!attribution.isReadySetKnown)
  }

  private func row(_ last: UInt32, at pod: UInt32, isCertain: Bool, name: String? = nil)
    -> Counts.Row
  {
    var row = row(last, name, 5)
    row.origin.channelz = Counts.ChannelzPod(address: address(pod), isCertain: isCertain)
    return row
  }

  private func confidences(_ attribution: Attribution) -> [String] {
    attribution.pods.map {
      "\($0.name ?? "-") \($0.identity) \($0.confidence) \($0.tally.answered)"
    }
  }

  @Test("channelz names connections to a virtual IP, with the names that are known of addresses")
  func channelz() {
    let ready = [Endpoint(address(1), pod: "a"), Endpoint(address(2), pod: "b")]
    let attribution = Attribution(
      [
        row(9, at: 1, isCertain: false), row(9, at: 1, isCertain: true),
        row(9, at: 3, isCertain: false), row(9, nil, 5),
      ], known: known(ready, peersArePods: false))
    #expect(
      confidences(attribution) == [
        "a channelz certain 10", "b peer certain 0", "- channelz likely 5", "- unknown none 5",
      ])
  }

  @Test("a response's own name comes first, unless channelz was asked for")
  func order() {
    let rows = [row(9, at: 1, isCertain: true, name: "a")]
    #expect(
      confidences(Attribution(rows, known: known(nil, peersArePods: false)))
        == ["a header certain 5"])
    var first = known(nil, peersArePods: false)
    first.believesChannelzFirst = true
    #expect(
      confidences(Attribution(rows, known: first)) == ["- channelz certain 5"])
  }

  @Test("channelz that puts two names at one address is not believed")
  func contradiction() {
    var first = known(nil, peersArePods: false)
    first.believesChannelzFirst = true
    let attribution = Attribution(
      [row(9, at: 1, isCertain: true, name: "a"), row(9, at: 1, isCertain: true, name: "b")],
      known: first)
    #expect(confidences(attribution) == ["a header certain 5", "b header certain 5"])
    #expect(attribution.doubts.contradicted == [address(1)])
  }

  @Test("a name that changes with nearly every answer names no pod; many pods do")
  func changingNames() {
    let changing = Attribution(
      (0..<40).map { row(9, "id-\($0)", 1) }, known: known(nil, peersArePods: false))
    #expect(confidences(changing) == ["- unknown none 40"])
    let pods = Attribution(
      (0..<40).map { row(9, "pod-\($0)", 3) }, known: known(nil, peersArePods: false))
    #expect(pods.pods.count == 40)
  }

  @Test("whatever the rows, no answer disappears")
  func conservation() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<2000 {
      var rows: [Counts.Row] = []
      var seen: Set<Counts.Origin> = []
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        let name = [nil, "a", "b", "c"].randomElement(using: &random) ?? nil
        let row = row(
          UInt32.random(in: 1...4, using: &random), name, Int.random(in: 0...9, using: &random))
        if seen.insert(row.origin).inserted { rows.append(row) }
      }
      let ready = Bool.random(using: &random) ? (1...3).map { Endpoint(address($0)) } : nil
      let attribution = Attribution(
        rows, known: known(ready, peersArePods: Bool.random(using: &random)))
      #expect(
        attribution.pods.reduce(0) { $0 + $1.tally.answered }
          == rows.reduce(0) { $0 + $1.tally.answered })
      #expect(attribution.podOfRow.count == rows.count)
    }
  }
}
