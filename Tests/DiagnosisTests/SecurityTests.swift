import Diagnosis
import Lab
import Reporting
import Testing
import Transport

@Suite("TLS, verified and mutual", .timeLimit(.minutes(3)))
struct SecurityTests {
  /// Measures against a TLS lab whose files lie in a folder that is removed afterwards.
  private func measure(
    _ security: LabOptions.Security,
    _ change: @Sendable (inout ClientSecurity.Options, Files) -> Void
  ) async throws -> LabRun {
    var options = LabOptions()
    options.security = security
    let files = try Files()
    defer { files.remove() }
    return try await LabRun.measure(
      .roundRobin, options: options,
      prepare: { try files.write(try #require($0.certificates)) },
      adjust: { plan, cluster in
        var tls = ClientSecurity.Options()
        change(&tls, files)
        plan.security = tls
      })
  }

  @Test("the lab's CA is trusted when it is given")
  func trusted() async throws {
    let run = try await measure(.tls) { tls, files in tls.caFile = files.authority }
    try run.expectTruth()
    #expect(run.report.verdict.outcome == "balanced")
  }

  @Test("a client certificate, where the server demands one")
  func mutual() async throws {
    let run = try await measure(.mutualTLS) { tls, files in
      tls.caFile = files.authority
      tls.certificateFile = files.certificate
      tls.keyFile = files.key
    }
    try run.expectTruth()
    #expect(run.report.rpcs.answered == 1000)
  }

  @Test("no client certificate where the server demands one")
  func missing() async throws {
    let problem = try await #require(throws: Problem.self) {
      _ = try await measure(.mutualTLS) { tls, files in tls.caFile = files.authority }
    }
    #expect(problem.phase == .tls || problem.phase == .connect)
    #expect(problem.next?.contains("certificate") == true)
  }

  @Test("a certificate for another name")
  func wrongName() async throws {
    let problem = try await #require(throws: Problem.self) {
      _ = try await measure(.tls) { tls, files in
        tls.caFile = files.authority
        tls.serverName = "other.example"
      }
    }
    #expect(problem.phase == .tls)
    #expect(problem.next?.contains("--servername") == true)
  }

  @Test("--insecure-skip-verify accepts anything")
  func insecure() async throws {
    let run = try await measure(.tls) { tls, _ in tls.skipsVerification = true }
    try run.expectTruth()
  }
}
