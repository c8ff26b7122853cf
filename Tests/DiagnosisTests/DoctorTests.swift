import Diagnosis
import Glibc
import Kubernetes
import Lab
import NIOPosix
import Naming
import Reporting
import Testing
import Transport

/// The doctor against a lab in which one thing is wrong.
@Suite("Doctor", .timeLimit(.minutes(2)))
struct DoctorTests {
  /// What is wrong, and which check has to say so.
  struct Fault: Sendable, CustomTestStringConvertible {
    var code: String
    var name: String
    /// Of the finding: some faults matter to a few clients only.
    var level: Report.Finding.Level
    var options: LabOptions
    var prepare: Preparation
    var adjust: Adjustment

    typealias Preparation = @Sendable (LabCluster) async throws -> Void
    typealias Adjustment = @Sendable (inout DoctorPlan, LabCluster) throws -> Void

    init(
      code: String, name: String, level: Report.Finding.Level = .warning,
      options: LabOptions = LabOptions(), prepare: @escaping Preparation,
      adjust: @escaping Adjustment = { _, _ in }
    ) {
      self.code = code
      self.name = name
      self.level = level
      self.options = options
      self.prepare = prepare
      self.adjust = adjust
    }

    init(
      code: String, name: String, level: Report.Finding.Level = .warning,
      options: LabOptions = LabOptions(), adjust: @escaping Adjustment = { _, _ in }
    ) {
      self.init(
        code: code, name: name, level: level, options: options, prepare: { _ in }, adjust: adjust)
    }

    var testDescription: String { "\(code) \(name)" }
  }

  private static func examine(
    _ options: LabOptions, _ prepare: (LabCluster) async throws -> Void,
    _ adjust: (inout DoctorPlan, LabCluster) throws -> Void
  ) async throws -> (DoctorReport, answered: Int) {
    var options = options
    options.kubernetes = options.kubernetes ?? KubernetesOptions()
    let kubeconfig = "/tmp/lbcheck-doctor-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(kubeconfig) }
    let lab = try await LabCluster.start(options)
    do {
      try await lab.kubernetes?.writeKubeconfig(to: kubeconfig)
      try await prepare(lab)
      var plan = DoctorPlan(
        target: try LabRun.target(lab.names.headless, lab), source: .target, version: "test",
        policy: .roundRobin, request: RPCRequest(path: "/grpc.health.v1.Health/Check"),
        lookup: LookupOptions(), seed: 7)
      plan.lookup.cluster.kubeconfig = kubeconfig
      plan.rate = 0
      try adjust(&plan, lab)
      let report = await doctor(plan)
      let answered = try await lab.counts().reduce(0) { $0 + $1.answered }
      try await lab.stop()
      return (report, answered)
    } catch {
      try await lab.stop()
      throw error
    }
  }

  @Test("a healthy service: nothing above info")
  func healthy() async throws {
    let (report, answered) = try await Self.examine(LabOptions(), { _ in }, { _, _ in })
    #expect(report.checks.filter { $0.status == .found }.map(\.code) == ["LBC0160"])
    #expect(!report.reaches(.warning))
    #expect(report.rpcs == answered, "every RPC is told")
  }

  @Test("each fault alone is found, and nothing else above info", arguments: faults)
  func alone(fault: Fault) async throws {
    let (report, _) = try await Self.examine(fault.options, fault.prepare, fault.adjust)
    let check = try #require(report.checks.first { $0.code == fault.code })
    #expect(check.status == .found)
    #expect(check.level == fault.level)
    #expect(check.evidence?.isEmpty == false && check.hint?.isEmpty == false)
    let others = report.checks.filter { $0.code != fault.code && ($0.level ?? .info) > .info }
    #expect(others.isEmpty, "\(others)")
  }

  @Test("every check has a fault here, and a code of its own")
  func complete() async throws {
    let (report, _) = try await Self.examine(LabOptions(), { _ in }, { _, _ in })
    let codes = report.checks.map(\.code)
    #expect(Set(codes).count == codes.count)
    // LBC0123 needs another resolv.conf: it is in the binary's own suite. LBC0124 needs a DNS server
    // that leaves a question unanswered: it is in the interop suite.
    #expect(Set(codes).subtracting(Self.faults.map(\.code)) == ["LBC0123", "LBC0124"])
  }

  @Test("what hides everything does not keep the rest from being examined")
  func unreachable() async throws {
    let (report, _) = try await Self.examine(
      LabOptions(), { try await $0.kubernetes?.stopListening() }, { _, _ in })
    #expect(report.checks.first { $0.code == "LBC0140" }?.status == .found)
    #expect(report.checks.first { $0.code == "LBC0106" }?.status == .skipped)
    #expect(report.checks.first { $0.code == "LBC0110" }?.status == .passed)
    #expect(!report.reaches(.warning))
  }

  @Test("few RPCs, however many pods there are")
  func bounded() async throws {
    var options = LabOptions()
    options.pods = 150
    let (report, answered) = try await Self.examine(options, { _ in }) { plan, _ in
      plan.rate = 25
    }
    #expect(answered <= 200)
    #expect(report.rpcs == answered)
  }

  @Test("a server that ends connections by age is what clients need")
  func connectionAge() async throws {
    let (report, _) = try await Self.examine(
      LabOptions(), { try await $0.setBehaviour { $0.goAwayAfter = 4 } }, { _, _ in })
    #expect(report.checks.first { $0.code == "LBC0160" }?.status == .passed)
  }
}
