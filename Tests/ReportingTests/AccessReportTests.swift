import Naming
import Reporting
import Testing

@Suite("What an identity may do, and the manifest that adds the rest")
struct AccessReportTests {
  private func manifest(
    _ subject: RBACManifest.Subject, creates: Bool = false
  ) -> RBACManifest {
    RBACManifest(
      subject: subject, namespace: "default", name: "myapp-kuberesolver-v6",
      rules: ResolverReader.kuberesolver(.v6).needs, createsServiceAccount: creates)
  }

  @Test("a manifest for a ServiceAccount that does not exist yet")
  func complete() throws {
    try expectGolden(
      manifest(.serviceAccount("myapp", namespace: "default"), creates: true).yaml, "rbac.yaml")
  }

  @Test("names that YAML would read as something else are quoted")
  func quoting() {
    let yaml = manifest(.serviceAccount("123", namespace: "true")).yaml
    #expect(yaml.contains("name: \"123\"\n  namespace: \"true\""))
    #expect(manifest(.user("a: b\n- c")).yaml.contains(#"name: "a: b\n- c""#))
  }

  @Test("the table shows what is missing and how to add it")
  func table() throws {
    let report = AccessReport(
      version: "1.2.3", startedAt: timestamp(unixMilliseconds: 0),
      server: "https://10.0.0.1:6443", access: "kubeconfig /home/me/.kube/config, context kind",
      identity: "system:serviceaccount:default:myapp", namespace: "default",
      reader: "kuberesolver@v6",
      checks: [
        .init(verb: "list", group: "discovery.k8s.io", resource: "endpointslices", allowed: true),
        .init(
          verb: "watch", group: "discovery.k8s.io", resource: "endpointslices", allowed: false,
          reason: "no rule\u{1B}[2J"),
      ],
      manifest: manifest(.serviceAccount("myapp", namespace: "default")).yaml)
    #expect(!report.isComplete)
    let style = Style(color: false, unicode: true, width: 100)
    try expectGolden(render(report, as: .table, style: style), "access.txt")
    try expectGolden(render(report, as: .json, style: style), "access.json")
  }
}
