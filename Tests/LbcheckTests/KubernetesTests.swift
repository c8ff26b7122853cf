import Glibc
import Lab
import Naming
import Testing

extension LbcheckTests {
  @Suite("Against a Kubernetes API")
  struct KubernetesTests {
    private static func options(_ grants: [Grant] = []) -> LabOptions {
      var options = LabOptions()
      options.kubernetes = KubernetesOptions()
      options.kubernetes?.sliceSize = 2
      options.kubernetes?.grants = grants
      return options
    }

    /// A lab whose kubeconfig lies in a directory of its own.
    private func withCluster(
      _ grants: [Grant] = [], behaviour: PodBehaviour = .healthy,
      _ body: (LabCluster, KubernetesAPI, _ kubeconfig: String) async throws -> Void
    ) async throws {
      try await withTemporaryDirectory { directory in
        var options = Self.options(grants)
        options.behaviour = behaviour
        try await withLab(options) { lab in
          let api = try #require(lab.kubernetes)
          let kubeconfig = "\(directory)/config"
          try await api.writeKubeconfig(to: kubeconfig)
          try await body(lab, api, kubeconfig)
        }
      }
    }

    /// The error of a command that must not measure: in one line.
    private func problem(
      _ arguments: [String], environment: [String: String] = [:], phase: String = "kubernetes"
    ) async throws -> String {
      let output = try await Lbcheck.run(arguments, environment: environment)
      #expect(output.code == 3, "\(output.standardError)")
      #expect(output.standardOutput.isEmpty)
      #expect(output.standardError.hasPrefix("lbcheck: \(phase): tried "), "\(arguments)")
      #expect(output.standardError.contains("\n  came back: "))
      #expect(output.standardError.contains("\n  try next: "))
      return output.standardError.split { $0.isWhitespace }.joined(separator: " ")
    }

    private func distribute(_ target: String, _ kubeconfig: String, _ more: String...) -> [String] {
      ["distribute", target, "--kubeconfig", kubeconfig, "--rpcs", "50"] + more
    }

    @Test("resolve shows DNS and the API in one table, and names what differs")
    func resolve() async throws {
      try await withCluster { lab, _, kubeconfig in
        try await lab.setReady(false, pod: 1)
        // DNS is behind: it still has the pod.
        lab.dns.zone.setAddresses(
          lab.names.headless, lab.pods.dropLast().map(\.address), ttl: 30)
        let output = try await Lbcheck.run(
          "resolve", lab.headlessTarget, "--kubeconfig", kubeconfig, "-o", "json")
        #expect(output.code == 0, "\(output.standardError)")
        let report = try ResolveOutput(output.standardOutput)
        #expect(report.kubernetes?.slices == 3)
        #expect(report.kubernetes?.service?.headless == true)
        #expect(report.kubernetes?.endpoints.count { $0.ready } == 4)
        #expect(
          report.comparison.map { [$0.kubernetes, "\($0.dns ?? false)"] } == [
            ["ready", "true"], ["not ready", "true"], ["ready", "true"], ["ready", "true"],
            ["ready", "false"],
          ])
        #expect(report.differences.count == 2)
        #expect(report.findings.contains { $0.code == "LBC0130" })
      }
    }

    @Test("a restricted identity measures with list and watch alone, without its token being shown")
    func leastPrivilege() async throws {
      let grants = ["list", "watch"].map { Grant($0, group: "discovery.k8s.io", "endpointslices") }
      try await withCluster(grants) { _, api, kubeconfig in
        let output = try await Lbcheck.run(
          distribute(
            "svc/mygrpc:grpc", kubeconfig, "--context", "lbcheck-lab-restricted", "-n", "default",
            "--policy", "round_robin", "--assert", "balanced", "-v"))
        #expect(output.code == 0, "\(output.standardError)")
        #expect(output.standardOutput.contains("LBC0132"))
        for identity in LabIdentity.allCases {
          let token = try await api.token(identity)
          #expect(!(output.standardOutput + output.standardError).contains(token))
        }
      }
    }

    @Test("addresses of a DNS name have the names of their pods, which the API knows")
    func names() async throws {
      var behaviour = PodBehaviour()
      behaviour.identity = .none
      behaviour.channelz = .on
      try await withCluster(behaviour: behaviour) { lab, _, kubeconfig in
        // As CoreDNS has it for pods without a hostname: SRV records tell no names.
        lab.dns.zone.remove("_grpc._tcp.\(lab.names.headless)")
        let direct = try await report(
          lab, distribute(lab.headlessTarget, kubeconfig, "--policy", "round_robin"))
        #expect(direct.pods.map(\.pod) == lab.pods.map(\.name))
        #expect(direct.pods.allSatisfy { $0.identity == "peer" && $0.confidence == "certain" })
        let before = try await lab.answersByPod()
        let virtual = try await report(lab, distribute(lab.clusterIPTarget, kubeconfig), before)
        // The Service's ready pods are known now, so that this is no guess.
        #expect(virtual.verdict.outcome == "pinned")
        #expect(virtual.pods.count == 5)
        #expect(virtual.findings.contains { $0.code == "LBC0116" })
      }
    }

    /// Whose counts are the pods' own, by name.
    private func report(
      _ lab: LabCluster, _ arguments: [String], _ before: [String: Int] = [:]
    ) async throws -> Report {
      let output = try await Lbcheck.run(arguments + ["-o", "json"])
      #expect(output.code == 0, "\(output.standardError)")
      let report = try Report(output.standardOutput)
      let after = try await lab.answersByPod()
      let grown = after.map { ($0.key, $0.value - (before[$0.key] ?? 0)) }.filter { $0.1 > 0 }
      #expect(report.answersByPod == Dictionary(uniqueKeysWithValues: grown))
      return report
    }

    @Test("403 names the verb, the resource, the namespace, the identity and lbcheck rbac")
    func forbidden() async throws {
      try await withCluster { _, _, kubeconfig in
        let said = try await problem(
          distribute("svc/mygrpc:grpc", kubeconfig, "--context", "lbcheck-lab-restricted"))
        for part in [
          "list", "endpointslices", "namespace \"default\"",
          "system:serviceaccount:default:lbcheck", "lbcheck rbac kubernetes:///mygrpc.default",
        ] {
          #expect(said.contains(part), "\(said)")
        }
      }
    }

    @Test("rbac lists every verb and prints what is missing; kubeconfigs and subjects of any kind")
    func rbac() async throws {
      let grants = [Grant("list", group: "discovery.k8s.io", "endpointslices")]
      try await withCluster(grants) { _, _, kubeconfig in
        let own = try await Lbcheck.run(
          "rbac", "svc/mygrpc", "--kubeconfig", kubeconfig, "--context", "lbcheck-lab-restricted",
          "--for", "kuberesolver@v6")
        #expect(own.code == 1, "\(own.standardError)")
        #expect(own.standardOutput.contains("verbs: [watch]"))
        #expect(own.standardOutput.contains("- kind: ServiceAccount\n  name: lbcheck"))
        let other = try await Lbcheck.run(
          "rbac", "svc/mygrpc", "--kubeconfig", kubeconfig, "--serviceaccount", "lbcheck")
        #expect(other.code == 1, "\(other.standardError)")
        #expect(other.standardOutput.contains("system:serviceaccount:default:lbcheck"))
        #expect(other.standardOutput.contains("resources: [services]\n  verbs: [get]"))
        let mayNotAsk = try await Lbcheck.run(
          "rbac", "svc/mygrpc", "--kubeconfig", kubeconfig, "--context", "lbcheck-lab-restricted",
          "--serviceaccount", "other")
        #expect(
          mayNotAsk.code == 3 && mayNotAsk.standardError.contains("create subjectaccessreviews"))
        let all = try await Lbcheck.run("rbac", "svc/mygrpc", "--kubeconfig", kubeconfig)
        #expect(all.code == 0, "\(all.standardError)")
        #expect(all.standardOutput.contains("kubernetes-admin"))
        let acting = try await Lbcheck.run(
          "rbac", "svc/mygrpc", "--kubeconfig", kubeconfig, "--as",
          "system:serviceaccount:default:lbcheck")
        #expect(acting.code == 1, "\(acting.standardError)")
      }
    }

    @Test("a Service that is not there, has no pods, or not that port")
    func services() async throws {
      try await withCluster { lab, api, kubeconfig in
        let missing = try await problem(distribute("svc/nosuch:grpc", kubeconfig))
        #expect(missing.contains("nosuch") && missing.contains("not found"))
        try await api.apply(KubernetesService(name: "empty", namespace: "default"))
        #expect(try await problem(distribute("svc/empty", kubeconfig)).contains("no endpoints"))
        let port = try await problem(distribute("svc/mygrpc:web", kubeconfig))
        #expect(port.contains("no TCP port named web"))
        #expect(port.contains("grpc (\(lab.port))"))
        try await api.apply(
          KubernetesService(
            name: "elsewhere", namespace: "default", kind: .externalName,
            externalName: "grpc.example.com"))
        let external = try await problem(distribute("svc/elsewhere:443", kubeconfig))
        #expect(external.contains("dns:///grpc.example.com"))
        for pod in lab.pods.indices { try await lab.setReady(false, pod: pod) }
        let unready = try await problem(distribute("svc/mygrpc:grpc", kubeconfig))
        #expect(unready.contains("none of them ready"))
      }
    }

    @Test("a server that refuses, sends web pages, or is not there")
    func servers() async throws {
      try await withCluster { _, api, kubeconfig in
        let command = distribute("svc/mygrpc:grpc", kubeconfig)
        try await api.answerNext(.max, with: .status(401))
        #expect(try await problem(command).contains("401"))
        try await api.answerNext(.max, with: .html)
        #expect(try await problem(command).contains("text/html"))
        try await api.stopListening()
        #expect(try await problem(command).contains("onnect"))
      }
    }

    @Test("a server that fails for ever is given up")
    func failing() async throws {
      try await withCluster { _, api, kubeconfig in
        try await api.answerNext(.max, with: .status(500))
        let said = try await problem(distribute("svc/mygrpc:grpc", kubeconfig))
        #expect(said.contains("500"))
      }
    }

    @Test(
      "a server whose certificate has expired, or is for another name",
      arguments: [(["localhost"], -60, "expired"), (["other.example"], 3_600, "127.0.0.1")])
    func certificates(names: [String], seconds: Int, words: String) async throws {
      try await withTemporaryDirectory { directory in
        let loopback = try #require(IPAddress("127.0.0.1"))
        let api = try await KubernetesAPI.start(
          certificates: LabCertificates(
            names: names, addresses: seconds < 0 ? [loopback] : [], lifetime: .seconds(seconds)))
        try await api.writeKubeconfig(to: "\(directory)/config")
        let said = try await problem(distribute("svc/mygrpc:grpc", "\(directory)/config"))
        #expect(said.contains("certificate"), "\(said)")
        #expect(said.contains(words), "\(said)")
        try await api.stopListening()
      }
    }

    @Test("kubeconfigs that are missing, malformed or name what is not there")
    func kubeconfigs() async throws {
      try await withTemporaryDirectory { directory in
        let file = "\(directory)/config"
        #expect(
          try await problem(["resolve", "svc/mygrpc"], environment: ["HOME": directory])
            .contains("no kubeconfig"))
        #expect(try await problem(distribute("svc/mygrpc", file)).contains(file))
        try writeFile("clusters:\n- name: a\n  cluster: {server\n- ]", to: file)
        #expect(try await problem(distribute("svc/mygrpc", file)).contains("\(file):"))
        try writeFile(Self.kubeconfig(user: "token: x"), to: file)
        let context = try await problem(distribute("svc/mygrpc", file, "--context", "other"))
        #expect(context.contains("other") && context.contains("here"))
        try writeFile(
          Self.kubeconfig(cluster: "certificate-authority: nosuch.pem", user: "token: x"), to: file)
        #expect(try await problem(distribute("svc/mygrpc", file)).contains("nosuch.pem"))
      }
    }

    @Test(
      "credential plugins that are missing, fail, or print nonsense",
      arguments: [
        ("command: /nowhere/plugin", "/nowhere/plugin"),
        ("command: \"false\"", "1"),
        ("command: echo\n      args: [nonsense-s3cret]", "echo"),
      ])
    func plugins(command: String, words: String) async throws {
      try await withTemporaryDirectory { directory in
        let file = "\(directory)/config"
        let user = """
          exec:
                apiVersion: client.authentication.k8s.io/v1
                interactiveMode: Never
                \(command.replacingIndent)
          """
        try writeFile(Self.kubeconfig(user: user), to: file)
        let said = try await problem(distribute("svc/mygrpc", file))
        #expect(said.contains(words), "\(said)")
        #expect(!said.contains("s3cret"))
      }
    }

    private static func kubeconfig(cluster: String = "", user: String) -> String {
      """
      apiVersion: v1
      kind: Config
      current-context: here
      clusters:
      - name: c
        cluster:
          server: https://127.0.0.1:1
          \(cluster)
      contexts:
      - name: here
        context: {cluster: c, user: u}
      users:
      - name: u
        user:
          \(user)
      """
    }
  }
}

extension String {
  /// Its later lines belong below the first one's place in the kubeconfig.
  fileprivate var replacingIndent: String {
    split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n      ")
  }
}
