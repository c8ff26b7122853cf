import Curl
import Testing

@testable import Kubernetes

@Suite("Where the cluster is and who asks")
struct KubeconfigTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func text(_ name: String, server: String = "https://one:6443") -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: \(name)
    clusters:
    - name: \(name)-cluster
      cluster: {server: "\(server)"}
    users:
    - name: \(name)-user
      user: {token: \(name)-token}
    contexts:
    - name: \(name)
      context: {cluster: \(name)-cluster, user: \(name)-user, namespace: \(name)-ns}
    """
  }

  private func token(_ access: ClusterAccess) -> String? {
    if case .token(let secret) = access.credentials.method { secret.revealed } else { nil }
  }

  @Test("--kubeconfig, with its context and namespace; the command line has the last word")
  func explicit() throws {
    let file = try folder.write("config", text("a"))
    let access = try load(ClusterSettings(kubeconfig: file), ["KUBECONFIG": "/nowhere"])
    #expect(access.server == "https://one:6443")
    #expect(access.namespace == "a-ns")
    #expect(access.source == "kubeconfig \(file), context a")
    #expect(token(access) == "a-token")
    let other = try load(ClusterSettings(kubeconfig: file, namespace: "mine", impersonate: "jane"))
    #expect(other.namespace == "mine")
    #expect(other.impersonation.user == "jane")
  }

  @Test("KUBECONFIG: the first file to name something wins, missing files do not matter")
  func merging() throws {
    let first = try folder.write("first", text("a"))
    let second = try folder.write("second", text("b", server: "https://two:6443"))
    let third = try folder.write("third", text("a", server: "https://three:6443"))
    let list = "\(folder.path)/missing:\(first)::\(second):\(third):\(first)"
    #expect(try load(ClusterSettings(), ["KUBECONFIG": list]).server == "https://one:6443")
    let other = try load(ClusterSettings(context: "b"), ["KUBECONFIG": list])
    #expect(other.server == "https://two:6443")
    #expect(other.source == "kubeconfig \(second), context b")
  }

  @Test("~/.kube/config where nothing else is said; JSON is read too")
  func home() throws {
    let json = """
      {"current-context": "j", "contexts": [{"name": "j", "context": {"cluster": "c"}}],
       "clusters": [{"name": "c", "cluster": {"server": "http://host:8080/prefix/"}}]}
      """
    let file = try folder.write("config", json)
    let access = try load(ClusterSettings(kubeconfig: file))
    #expect(access.server == "http://host:8080/prefix")
    #expect(access.namespace == "default")
    guard case .none = access.credentials.method else {
      Issue.record("credentials from nowhere")
      return
    }
  }

  @Test("certificates from files beside the kubeconfig, and inline")
  func certificates() throws {
    try folder.write("ca.pem", somePEM)
    let inline = encodedBase64(Array(somePEM.utf8))
    let key = encodedBase64(Array(someKey.utf8))
    let file = try folder.write(
      "config",
      """
      current-context: x
      clusters:
      - name: c
        cluster:
          server: https://h
          certificate-authority: ca.pem
          tls-server-name: api.lab
          proxy-url: http://user:s3cret@proxy:3128
      users:
      - name: u
        user:
          client-certificate-data: \(inline)
          client-key-data: \(key)
          as: jane
          as-groups: [g1, g2]
      contexts:
      - {name: x, context: {cluster: c, user: u}}
      """)
    let access = try load(ClusterSettings(kubeconfig: file))
    #expect(access.tls.authorities == Array(somePEM.utf8))
    #expect(access.tls.serverName == "api.lab")
    #expect(access.proxy?.revealed == "http://user:s3cret@proxy:3128")
    #expect(access.credentials.certificate?.revealed == somePEM)
    #expect(access.credentials.key?.revealed == someKey)
    #expect(access.impersonation == Impersonation(user: "jane", groups: ["g1", "g2"]))
  }

  @Test("in a pod: the service account, unless a kubeconfig is there")
  func inCluster() async throws {
    try folder.write("token", "pod-token\n")
    try folder.write("ca.crt", somePEM)
    try folder.write("namespace", "team-a")
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
    let access = try load(ClusterSettings(), environment, serviceAccountFolder: folder.path)
    #expect(access.server == "https://[fd00::1]:443")
    #expect(access.namespace == "team-a")
    #expect(access.source == "in-cluster service account")
    let store = IdentityStore(access, pluginTimeout: .seconds(1))
    let old = try await store.current()
    #expect(old.authorization?.revealed == "Bearer pod-token")
    #expect(try await store.renewed(after: old) == nil)
    try folder.write("token", "rotated\n")
    #expect(try await store.renewed(after: old)?.authorization?.revealed == "Bearer rotated")
    let file = try folder.write("config", text("a"))
    let other = try load(
      ClusterSettings(kubeconfig: file), environment, serviceAccountFolder: folder.path)
    #expect(other.server == "https://one:6443")
  }

  @Test("user name and password, token file before token")
  func otherCredentials() async throws {
    func authorization(_ user: String) async throws -> String? {
      let file = try folder.write(
        "config",
        """
        current-context: x
        clusters: [{name: c, cluster: {server: "https://h"}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        """)
      let access = try load(ClusterSettings(kubeconfig: file))
      return try await IdentityStore(access, pluginTimeout: .seconds(1)).current()
        .authorization?.revealed
    }
    #expect(try await authorization("username: a, password: b") == "Basic YTpi")
    try folder.write("t", " from-file\n")
    #expect(try await authorization("token: inline, tokenFile: t") == "Bearer from-file")
    #expect(try await authorization("token: inline, tokenFile: gone") == "Bearer inline")
    #expect(try await authorization("{}".filter { $0 == " " }) == nil)
  }
}
