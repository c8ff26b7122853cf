import Lab
import Testing

extension LbcheckTests {
  @Suite("What cannot be measured")
  struct UnreachableTests {
    /// One error: its phase, what came back, the next thing to try. In one line.
    private func problem(_ phase: String, _ arguments: String...) async throws -> String {
      try await problem(phase, arguments)
    }

    private func problem(_ phase: String, _ arguments: [String]) async throws -> String {
      let output = try await Lbcheck.run(["distribute", "--timeout", "1s"] + arguments)
      #expect(output.code == 3)
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.hasPrefix("lbcheck: \(phase): tried "), "\(arguments)")
      for part in ["\n  came back: ", "\n  try next: "] {
        #expect(output.standardError.contains(part))
      }
      // The words of the peer or the system, not of the machine that built lbcheck.
      #expect(!output.standardError.contains("/checkouts/"))
      return output.standardError.split { $0.isWhitespace }.joined(separator: " ")
    }

    @Test("a name that does not exist, has no addresses, or fails, each in DNS's own words")
    func names() async throws {
      try await withLab { lab in
        let host = lab.names.headless
        for (fault, words) in [
          (DNSZone.Fault.nameError, "NXDOMAIN"), (.empty, "no records"),
          (.serverFailure, "SERVFAIL"), (.refused, "REFUSED"), (.garbage, "malformed"),
        ] {
          lab.dns.zone.setFault(fault, for: host)
          let said = try await problem("resolve", lab.headlessTarget)
          #expect(said.contains(host))
          #expect(said.contains("\(lab.dnsServer)"))
          #expect(said.contains(words))
        }
      }
    }

    @Test("nobody listens", arguments: ["pick_first", "round_robin"])
    func refused(policy: String) async throws {
      try await withLab { lab in
        try await lab.kill(pod: 0)
        let said = try await problem("connect", lab.podTarget(0), "--policy", policy)
        #expect(said.contains("\(lab.pods[0].address):\(lab.port)"))
        #expect(said.contains("Connection refused"))
      }
    }

    @Test("nothing answers, not even that nobody listens", arguments: [[], ["--tls"]])
    func dropped(options: [String]) async throws {
      let hole = try BlackHole()
      let said = try await problem("connect", ["ipv4:127.0.0.1:\(hole.port)"] + options)
      #expect(said.contains("no answer to the TCP connection"))
    }

    @Test(
      "a server that speaks something else, or nothing",
      arguments: [
        (PodBehaviour.Greeting.http1, ["HTTP/1.1"]),
        // FIN or RST: what the client sent may arrive before or after the end.
        (.closed, ["closed the connection", "reset by peer"]),
        (.garbage, ["SETTINGS"]), (.silent, ["no HTTP/2 SETTINGS"]),
      ])
    func strangers(greeting: PodBehaviour.Greeting, words: [String]) async throws {
      var options = LabOptions()
      options.behaviour.greeting = greeting
      try await withLab(options) { lab in
        let said = try await problem("connect", lab.podTarget(0))
        #expect(words.contains { said.contains($0) })
        _ = try await problem("tls", lab.podTarget(0), "--tls")
      }
    }

    @Test("TLS on one side only")
    func oneSidedTLS() async throws {
      try await withLab { lab in
        let said = try await problem("tls", lab.podTarget(0), "--tls")
        #expect(said.contains("--plaintext"))
      }
      var options = LabOptions()
      options.security = .tls
      try await withLab(options) { lab in
        let said = try await problem("connect", lab.podTarget(0))
        #expect(said.contains("--tls"))
      }
    }

    @Test(
      "TLS with certificates that fit measures, and counts what the pods count",
      arguments: [LabOptions.Security.tls, .mutualTLS])
    func fittingCertificates(security: LabOptions.Security) async throws {
      try await withTLSLab(security) { lab, files in
        for trust in [["--cacert", files.authority], ["--insecure-skip-verify"]] {
          let before = try await lab.answersByPod()
          let output = try await Lbcheck.run(
            ["distribute", lab.headlessTarget, "--policy", "round_robin", "-o", "json"]
              + trust + files.identity)
          #expect(output.code == 0, "\(output.standardError)")
          let report = try Report(output.standardOutput)
          let expected = before.merging(report.answersByPod, uniquingKeysWith: +)
          #expect(try await lab.answersByPod() == expected)
          #expect(report.verdict.outcome == "balanced")
        }
      }
    }

    @Test("a server whose authority is not trusted")
    func untrustedServer() async throws {
      try await withTLSLab(.tls) { lab, _ in
        let said = try await problem("tls", lab.headlessTarget, "--tls")
        #expect(said.contains("--cacert"))
      }
    }

    @Test("a certificate for another name, though the address in it is right")
    func misnamedServer() async throws {
      try await withTLSLab(.tls) { lab, files in
        let said = try await problem(
          "tls", lab.headlessTarget, "--cacert", files.authority, "--servername", "other.example")
        #expect(said.contains("--servername"))
      }
    }

    @Test("a client certificate that is missing")
    func missingClientCertificate() async throws {
      try await withTLSLab(.mutualTLS) { lab, files in
        let said = try await problem("tls", lab.headlessTarget, "--cacert", files.authority)
        #expect(said.contains("--cert"))
      }
    }

    private struct Files {
      var authority: String
      /// Options that show the client certificate; none where nobody asks for it.
      var identity: [String]
    }

    private func withTLSLab(
      _ security: LabOptions.Security, _ body: (LabCluster, Files) async throws -> Void
    ) async throws {
      var options = LabOptions()
      options.security = security
      try await withTemporaryDirectory { directory in
        try await withLab(options) { lab in
          let made = try #require(lab.certificates)
          let authority = "\(directory)/ca.pem"
          let certificate = "\(directory)/client.pem"
          let key = "\(directory)/client.key"
          try writeFile(made.authority, to: authority)
          try writeFile(made.client.certificate, to: certificate)
          try writeFile(made.client.key, to: key)
          let identity = security == .tls ? [] : ["--cert", certificate, "--key", key]
          try await body(lab, Files(authority: authority, identity: identity))
        }
      }
    }

    @Test("certificates that cannot be read")
    func unreadableCertificates() async throws {
      try await withTemporaryDirectory { directory in
        try writeFile("not a certificate\n", to: "\(directory)/text.pem")
        for file in ["/nowhere/ca.pem", "\(directory)/text.pem", directory] {
          let said = try await problem("tls", "ipv4:127.0.0.1:50051", "--cacert", file)
          #expect(said.contains("--cacert \(file)"))
        }
      }
    }

    @Test("an HTTP server that never says a gRPC status is no gRPC server; silence is a deadline")
    func noAnswers() async throws {
      var options = LabOptions()
      options.behaviour.answer = .never
      try await withLab(options) { lab in
        let said = try await problem("rpc", lab.headlessTarget)
        #expect(said.contains("no answer within"))
      }
    }
  }
}
