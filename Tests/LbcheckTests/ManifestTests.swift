import Lab
import Naming
import Testing

extension LbcheckTests {
  @Suite("manifest")
  struct ManifestTests {
    static let usage: [[String]] = [
      ["manifest", "headless"], ["manifest", "headless", "svc/a", "--lab"],
      ["manifest", "headless", "svc/a", "--name", "A b"],
      ["manifest", "server"], ["manifest", "server", "--language", "rust"],
      ["manifest", "server", "--language", "go", "--max-connection-age", "1500ms"],
      ["manifest", "client", "--language", "go"],
      ["manifest", "client", "svc/a", "--language", "go"],
      ["manifest", "client", "kubernetes:///a:1", "--language", "java"],
      ["manifest", "client", "a:1", "--language", "go", "--policy", "random"],
      ["manifest", "client", "dns:///a:x", "--language", "go"],
    ]

    @Test("bad input is a usage error", arguments: usage)
    func badInput(arguments: [String]) async throws {
      let output = try await Lbcheck.run(arguments)
      #expect(output.code == 64, "\(output.standardOutput)")
      #expect(output.standardOutput.isEmpty)
    }

    @Test(
      "a Service that has no headless one says why",
      arguments: [
        ("mygrpc", "headless already"), ("manual", "no selector"), ("nothing", "not found"),
      ])
    func noHeadlessService(name: String, words: String) async throws {
      var options = LabOptions()
      options.kubernetes = KubernetesOptions()
      try await withTemporaryDirectory { directory in
        try await withLab(options) { lab in
          let api = try #require(lab.kubernetes)
          try await api.writeKubeconfig(to: "\(directory)/config")
          try await api.apply(
            KubernetesService(name: "manual", namespace: "default", selector: [:]))
          let output = try await Lbcheck.run(
            "manifest", "headless", "svc/\(name)", "-n", "default", "--kubeconfig",
            "\(directory)/config")
          #expect(output.code == 3)
          #expect(output.standardOutput.isEmpty)
          #expect(output.standardError.contains(words), "\(output.standardError)")
        }
      }
    }

    @Test("the port of a headless Service is that of the pods, also behind a named target port")
    func ports() async throws {
      var options = LabOptions()
      options.kubernetes = KubernetesOptions()
      try await withTemporaryDirectory { directory in
        try await withLab(options) { lab in
          let api = try #require(lab.kubernetes)
          try await api.writeKubeconfig(to: "\(directory)/config")
          try await api.apply(
            KubernetesService(
              name: "mygrpc-vip", namespace: "default", clusterIPs: ["10.0.0.1"],
              ports: [.init(name: "grpc", number: 80, target: .name("http2"))]))
          let output = try await Lbcheck.run(
            "manifest", "headless", "svc/mygrpc-vip", "-n", "default", "--name", "flat",
            "--kubeconfig", "\(directory)/config")
          #expect(output.code == 0, "\(output.standardError)")
          #expect(output.standardOutput.contains("name: flat\n"))
          #expect(output.standardOutput.contains("port: \(lab.port)\n"))
          #expect(output.standardOutput.contains("targetPort: \"http2\"\n"))
        }
      }
    }
  }
}
