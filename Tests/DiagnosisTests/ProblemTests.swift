import Diagnosis
import Lab
import Naming
import Reporting
import Testing
import Transport

@Suite("What cannot be measured says why", .timeLimit(.minutes(3)))
struct ProblemTests {
  private func problem(
    timeout: Duration = .seconds(1), _ change: @escaping @Sendable (inout PodBehaviour) -> Void
  ) async throws -> Problem {
    try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(
        .roundRobin, prepare: { try await $0.setBehaviour(change) },
        adjust: { plan, _ in plan.request.timeout = timeout })
    }
  }

  @Test("a server that closes at once")
  func closes() async throws {
    let problem = try await problem { $0.greeting = .closed }
    #expect(problem.phase == .connect)
    #expect(
      problem.cameBack.contains("closed the connection") || problem.cameBack.contains("reset"))
    #expect(problem.next != nil)
  }

  @Test("a server that never says anything")
  func silent() async throws {
    let problem = try await problem(timeout: .milliseconds(300)) { $0.greeting = .silent }
    #expect(problem.phase == .connect)
    #expect(problem.cameBack.contains("no HTTP/2 SETTINGS"))
  }

  @Test("garbage instead of SETTINGS")
  func garbage() async throws {
    let problem = try await problem { $0.greeting = .garbage }
    #expect(problem.phase == .connect)
    #expect(problem.next?.contains("not an HTTP/2 server") == true)
  }

  @Test("an HTTP/1.1 server")
  func http1() async throws {
    let problem = try await problem { $0.greeting = .http1 }
    #expect(problem.phase == .connect)
    #expect(problem.cameBack == "the server answered in HTTP/1.1")
  }

  @Test("a server that never answers RPCs")
  func hangs() async throws {
    let problem = try await problem(timeout: .milliseconds(300)) { $0.answer = .never }
    #expect(problem.phase == .rpc)
    #expect(problem.cameBack.contains("no answer within"))
  }

  @Test("nobody listens")
  func refused() async throws {
    let problem = try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(
        .roundRobin,
        prepare: { cluster in for pod in cluster.pods { try await pod.kill(.fin) } })
    }
    #expect(problem.phase == .connect)
    #expect(problem.cameBack.contains("refused"))
    #expect(problem.on?.contains("4 more addresses") == true)
  }

  @Test("a name that does not exist")
  func noName() async throws {
    let problem = try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(.roundRobin) { plan, cluster in
        plan.target = (try? LabRun.target("nope.example", cluster)) ?? plan.target
      }
    }
    #expect(problem.phase == .resolve)
    #expect(problem.cameBack == "NXDOMAIN")
  }

  @Test("TLS spoken to a cleartext server")
  func tlsToPlaintext() async throws {
    let problem = try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(.roundRobin) { plan, _ in plan.security = .init() }
    }
    #expect(problem.phase == .tls)
    #expect(problem.next?.contains("--plaintext") == true)
  }

  @Test("cleartext spoken to a TLS server")
  func plaintextToTLS() async throws {
    var options = LabOptions()
    options.security = .tls
    let problem = try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(.roundRobin, options: options)
    }
    #expect(problem.phase == .connect)
    #expect(problem.next?.contains("--tls") == true)
  }

  @Test("a certificate that nobody vouches for")
  func untrusted() async throws {
    var options = LabOptions()
    options.security = .tls
    let problem = try await #require(throws: Problem.self) {
      _ = try await LabRun.measure(.roundRobin, options: options) { plan, _ in
        plan.security = .init()
      }
    }
    #expect(problem.phase == .tls)
    #expect(problem.next?.contains("--cacert") == true)
  }
}
