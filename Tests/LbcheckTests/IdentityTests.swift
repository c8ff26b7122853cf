import Lab
import Testing

extension LbcheckTests {
  /// What names the pods, and what does not, through the virtual IP: a relay, so that pods see its
  /// address and not that of lbcheck.
  @Suite("Which pod answered")
  struct IdentityTests {
    private func options(_ channelz: PodBehaviour.Channelz = .off) -> LabOptions {
      var options = LabOptions()
      options.behaviour.identity = .none
      options.behaviour.channelz = channelz
      return options
    }

    private func report(_ arguments: [String]) async throws -> Report {
      let output = try await Lbcheck.run(
        ["distribute"] + arguments + ["-o", "json", "--rpcs", "200", "--rate", "0"])
      #expect(output.code == 0, "\(output.standardError)")
      let report = try Report(output.standardOutput)
      #expect(report.addsUp)
      return report
    }

    @Test("channelz names them; its calls are counted apart, as many as the pods had")
    func channelz() async throws {
      try await withLab(options(.on)) { lab in
        let report = try await report([lab.clusterIPTarget, "--channels", "8"])
        #expect(report.pods.allSatisfy { $0.identity == "channelz" })
        let counted = try await lab.counts()
        #expect(report.rpcs.sent == 200)
        #expect(report.rpcs.probes == counted.reduce(0) { $0 + $1.channelz })
        #expect(report.rpcs.sent + report.rpcs.warmup == counted.reduce(0) { $0 + $1.answered })
        // By address: nothing tells their names.
        #expect(
          report.answersByPod(by: \.address)
            == Dictionary(
              uniqueKeysWithValues: zip(lab.pods, counted).map {
                ("\($0.address):\($0.port)", $1.answered)
              }.filter { $0.1 > 0 }))
      }
    }

    @Test(
      "channelz that is not there, lies, or never answers: a finding instead of a wrong table",
      arguments: [PodBehaviour.Channelz.off, .lies, .never])
    func useless(channelz: PodBehaviour.Channelz) async throws {
      try await withLab(options(channelz)) { lab in
        let report = try await report([lab.clusterIPTarget, "--channels", "2"])
        #expect(report.pods.map(\.identity) == ["unknown"])
        #expect(report.verdict.outcome == "inconclusive")
        #expect(report.verdict.basis == "opaque")
        let codes = report.findings.map(\.code)
        #expect(codes.contains("LBC0170"))
        #expect(codes.contains("LBC0171") == (channelz != .off))
        let counted = try await lab.counts()
        #expect(report.rpcs.probes == counted.reduce(0) { $0 + $1.channelz })
        #expect(report.rpcs.sent + report.rpcs.warmup == counted.reduce(0) { $0 + $1.answered })
      }
    }

    @Test("a message that lbcheck knows takes JSON without asking; its fields can be read")
    func builtIn() async throws {
      try await withLab(options()) { lab in
        // SERVING is no pod's name, but a field's value.
        let report = try await report([
          lab.clusterIPTarget, "-d", #"{"service": "x"}"#, "--identity", "body:status",
        ])
        #expect(report.answersByPod == ["SERVING": 200 + report.rpcs.warmup])
        #expect(report.pods.map(\.identity) == ["body:status"])
        #expect(report.rpcs.probes == 0)
      }
    }

    @Test("without reflection it is said what to do, and nothing is measured")
    func noReflection() async throws {
      try await withLab(options()) { lab in
        let output = try await Lbcheck.run(
          "distribute", lab.headlessTarget, "--method", "my.Service/Method", "-d", "{}")
        #expect(output.code == 3)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.hasPrefix("lbcheck: rpc: tried to learn the messages of"))
        for words in ["UNIMPLEMENTED", "--data-hex", "reflection.Register(server)"] {
          #expect(output.standardError.contains(words), "\(output.standardError)")
        }
      }
    }

    @Test("where nobody can be connected to, it is the connection that is said to fail")
    func nobody() async throws {
      try await withLab(options()) { lab in
        for pod in lab.pods { try await pod.kill(.fin) }
        let output = try await Lbcheck.run(
          "distribute", lab.headlessTarget, "--method", "my.Service/Method", "-d", "{}")
        #expect(output.code == 3)
        #expect(output.standardError.hasPrefix("lbcheck: connect: tried to open"))
        #expect(output.standardError.contains("refused"))
      }
    }

    @Test("JSON that does not fit shows the place, what was expected, and what there is")
    func misfit() async throws {
      try await withLab(options()) { lab in
        let output = try await Lbcheck.run(
          "distribute", lab.podTarget(0), "-d", #"{"service": 5}"#)
        #expect(output.code == 64)
        #expect(output.standardOutput.isEmpty)
        for words in ["column 13, service: ", "HealthCheckRequest has service (string)"] {
          #expect(output.standardError.contains(words), "\(output.standardError)")
        }
        #expect(try await lab.counts().allSatisfy { $0.received == 0 })
      }
    }
  }
}
