import Balancing
import Naming
import Testing

@Suite("From HTTP/2 to gRPC statuses")
struct StatusMappingTests {
  @Test("RST_STREAM codes")
  func resets() {
    let byCode: [GRPCStatus] = [
      .internal, .internal, .internal, .resourceExhausted, .internal, .internal, .internal,
      .unavailable, .cancelled, .internal, .internal, .resourceExhausted, .permissionDenied,
      .internal,
    ]
    for (code, expected) in byCode.enumerated() {
      #expect(
        StatusMapping.go.status(forReset: UInt32(code), deadlinePassed: false) == expected,
        "code \(code)")
      #expect(
        StatusMapping.go.status(forReset: UInt32(code), deadlinePassed: true)
          == (code == 8 ? .deadlineExceeded : expected))
    }
    #expect(StatusMapping.go.status(forReset: 14, deadlinePassed: false) == .unknown)
    #expect(StatusMapping.go.status(forReset: .max, deadlinePassed: true) == .unknown)
  }

  @Test("§8: what C-core and grpc-java make of RST_STREAM differently")
  func otherClients() {
    let core = StatusMapping.core
    let java = StatusMapping.java
    #expect(core.status(forReset: 0x3, deadlinePassed: false) == .internal)
    #expect(java.status(forReset: 0x3, deadlinePassed: false) == .internal)
    #expect(core.status(forReset: 0x0, deadlinePassed: false) == .internal)
    #expect(java.status(forReset: 0x0, deadlinePassed: false) == .unavailable)
    #expect(core.status(forReset: 0x8, deadlinePassed: true) == .deadlineExceeded)
    #expect(java.status(forReset: 0x8, deadlinePassed: true) == .cancelled)
    #expect(core.status(forReset: 0xd, deadlinePassed: false) == .internal)
    #expect(java.status(forReset: 0xd, deadlinePassed: false) == .unknown)
    for mapping in [StatusMapping.go, core, java] {
      #expect(mapping.status(forReset: 0x7, deadlinePassed: false) == .unavailable)
      #expect(mapping.status(forReset: 0xb, deadlinePassed: false) == .resourceExhausted)
      #expect(mapping.status(forReset: 0xc, deadlinePassed: false) == .permissionDenied)
      #expect(mapping.status(forReset: 0x1, deadlinePassed: false) == .internal)
      #expect(mapping.status(forHTTP: 503) == .unavailable)
    }
    #expect(core.status(forHTTP: 431) == .unknown)
    #expect(java.status(forHTTP: 431) == .internal)
  }

  @Test(
    "HTTP statuses",
    arguments: [
      (400, GRPCStatus.internal), (401, .unauthenticated), (403, .permissionDenied),
      (404, .unimplemented), (429, .unavailable), (502, .unavailable), (503, .unavailable),
      (504, .unavailable), (200, .unknown), (431, .unknown), (500, .unknown), (-1, .unknown),
    ])
  func http(code: Int, expected: GRPCStatus) {
    #expect(StatusMapping.go.status(forHTTP: code) == expected)
  }

  @Test(
    "content types",
    arguments: [
      ("application/grpc", true), ("application/grpc+proto", true),
      ("application/grpc;charset=utf-8", true), ("Application/GRPC+json", true),
      ("application/grpc-web", false), ("application/grp", false), ("text/html", false),
      ("", false), ("application/grpcx", false), (" application/grpc", false),
    ])
  func contentTypes(text: String, expected: Bool) {
    #expect(isGRPC(contentType: text.utf8) == expected)
  }

  @Test("codes are numbered as in gRPC's table")
  func numbers() {
    #expect(GRPCStatus.allCases.map(\.rawValue) == Array(0...16))
    #expect(GRPCStatus.unavailable.rawValue == 14)
  }
}

@Suite("Transparent retries")
struct RetryDecisionTests {
  @Test("never sent: always; refused: once; otherwise never")
  func rules() {
    for refusals in 0..<5 {
      #expect(RetryDecision(after: .neverSent, refusals: refusals) == .retry)
      #expect(
        RetryDecision(after: .refused, refusals: refusals) == (refusals == 0 ? .retry : .final))
      #expect(RetryDecision(after: .processed, refusals: refusals) == .final)
    }
  }
}
