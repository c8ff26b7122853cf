import Testing

@testable import HTTP2
@testable import Transport

@Suite("The request as gRPC frames it")
struct RPCRequestTests {
  @Test(
    "grpc-timeout: at most eight digits, never shorter than asked for",
    arguments: [
      (Duration.seconds(5), "5000m"), (.milliseconds(250), "250m"), (.milliseconds(1500), "1500m"),
      (.microseconds(10), "10u"), (.nanoseconds(1), "1u"), (.microseconds(1500), "1500u"),
      (.seconds(1) + .nanoseconds(1), "1001m"), (.seconds(99_999), "99999000m"),
      (.seconds(100_000), "100001S"), (.seconds(1_000_000_000), "277778H"),
    ])
  func timeout(duration: Duration, value: String) {
    #expect(RPCRequest.timeoutValue(duration) == value)
  }

  @Test("pseudo-header fields first, gRPC's own next, metadata last")
  func fields() {
    var request = RPCRequest(path: "/a.B/C", metadata: [(name: "x-id", value: "1")])
    request.message = [1, 2, 3]
    let template = request.template(authority: "svc:50051", scheme: "http")
    let names = template.fields.map { String(decoding: $0.name, as: UTF8.self) }
    let expected = [
      ":method", ":scheme", ":path", ":authority", "content-type", "user-agent", "te",
      "grpc-timeout", "x-id",
    ]
    #expect(names == expected)
    #expect(template.body == [0, 0, 0, 0, 3, 1, 2, 3])
  }
}
