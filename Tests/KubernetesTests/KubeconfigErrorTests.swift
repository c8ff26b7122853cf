import Testing

@testable import Kubernetes

@Suite("What is wrong with a kubeconfig is said with its place")
struct KubeconfigErrorTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func failure(
    _ text: String, context: String? = nil
  ) async throws -> KubernetesError {
    let file = try folder.write("config", text)
    return try await kubernetesError { () throws(KubernetesError) in
      _ = try load(ClusterSettings(kubeconfig: file, context: context))
    }
  }

  private func config(cluster: String = "server: https://h", user: String = "") -> String {
    """
    current-context: x
    clusters:
    - name: c
      cluster: {\(cluster)}
    users:
    - name: u
      user: {\(user)}
    contexts:
    - name: x
      context: {cluster: c, user: u}
    - name: y
      context: {cluster: nowhere, user: u}
    - name: z
      context: {cluster: c, user: nobody}
    """
  }

  @Test("no kubeconfig: where was looked")
  func none() async throws {
    let error = try await kubernetesError { () throws(KubernetesError) in
      _ = try load(ClusterSettings(), ["HOME": "/nowhere"])
    }
    #expect(error.kind == .configuration)
    #expect(error.on == "/nowhere/.kube/config")
    #expect(error.next?.contains("--kubeconfig") == true)
    let listed = try await kubernetesError { () throws(KubernetesError) in
      _ = try load(ClusterSettings(), ["KUBECONFIG": "/a:/b", "HOME": "/nowhere"])
    }
    #expect(listed.on == "/a, /b")
    let explicit = try await kubernetesError { () throws(KubernetesError) in
      _ = try load(
        ClusterSettings(kubeconfig: "/nowhere"),
        ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"])
    }
    #expect(explicit.on == "/nowhere")
    #expect(explicit.cameBack == "no such file")
  }

  @Test("YAML that is none, with the line")
  func malformed() async throws {
    let error = try await failure("clusters:\n- name: [a\nusers: b\n")
    #expect(error.on == "\(folder.path)/config:3")
    #expect(error.cameBack.hasPrefix("malformed YAML: "))
    #expect(try await failure("just text").cameBack == "no mapping")
    #expect(try await failure("clusters: {}").cameBack == "'clusters' is no list")
    #expect(try await failure("clusters: [a]").cameBack.contains("no mapping"))
    #expect(try await failure("clusters: [{cluster: {}}]").cameBack.contains("no name"))
    #expect(try await failure("kind: Pod").cameBack.contains("a Pod"))
  }

  @Test("a context that is not there: those that are")
  func contexts() async throws {
    let missing = try await failure(config(), context: "w")
    #expect(missing.cameBack == "there is no context 'w'; the kubeconfig knows: x, y, z")
    #expect(missing.on == "\(folder.path)/config")
    let inPod = try await kubernetesError { () throws(KubernetesError) in
      _ = try load(
        ClusterSettings(context: "w"),
        ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1", "KUBECONFIG": "/a"])
    }
    #expect(inPod.cameBack == "there is no context 'w'; the kubeconfig knows: none")
    #expect(inPod.on == "/a")
    let cluster = try await failure(config(), context: "y")
    #expect(cluster.cameBack.contains("'nowhere'"))
    #expect(cluster.on == "\(folder.path)/config:12")
    #expect(try await failure(config(), context: "z").cameBack.contains("'nobody'"))
    let none = try await failure(config().replacing("current-context: x", with: "x: y"))
    #expect(none.cameBack.contains("no current context; it knows: x, y, z"))
  }

  @Test("servers that cannot be used")
  func servers() async throws {
    #expect(try await failure(config(cluster: "")).cameBack.contains("no 'server'"))
    #expect(try await failure(config(cluster: "server: ftp://h")).cameBack.contains("https"))
    let secret = try await failure(config(cluster: "server: 'https://u:s3cret@h'"))
    #expect(secret.cameBack.contains("more than"))
    #expect(!"\(secret)".contains("s3cret"))
  }

  @Test("certificates that cannot be read, or are none")
  func certificates() async throws {
    let missing = try await failure(
      config(cluster: "server: https://h, certificate-authority: gone.pem"))
    #expect(missing.on == "\(folder.path)/gone.pem")
    #expect(missing.cameBack == "No such file or directory")
    let noBase64 = try await failure(config(user: "client-certificate-data: '%%%'"))
    #expect(noBase64.cameBack == "'client-certificate-data' is no base64")
    #expect(noBase64.on == "\(folder.path)/config:7")
    let noPEM = try await failure(config(user: "client-key-data: QUJD"))
    #expect(noPEM.cameBack.contains("no PEM text"))
    try folder.write("cert.pem", somePEM)
    let half = try await failure(config(user: "client-certificate: cert.pem"))
    #expect(half.cameBack == "a client certificate without its key")
    let both = try await failure(
      config(
        cluster:
          "server: https://h, certificate-authority: cert.pem, insecure-skip-tls-verify: true"))
    #expect(both.cameBack.contains("both"))
    let word = try await failure(
      config(cluster: "server: https://h, insecure-skip-tls-verify: maybe"))
    #expect(word.cameBack.contains("neither true nor false"))
  }

  @Test("ways to get credentials that are gone")
  func removed() async throws {
    let provider = try await failure(config(user: "auth-provider: {name: gcp}"))
    #expect(provider.cameBack.contains("'gcp'"))
    let alpha = try await failure(
      config(user: "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}"))
    #expect(alpha.cameBack.contains("v1alpha1"))
    #expect(
      try await failure(config(user: "exec: {apiVersion: client.authentication.k8s.io/v1}"))
        .cameBack == "'exec' names no command")
  }

  @Test("a name to act as that would add a header")
  func impersonation() async throws {
    let file = try folder.write("config", config())
    let error = try await kubernetesError { () throws(KubernetesError) in
      _ = try load(ClusterSettings(kubeconfig: file, impersonate: "a\r\nX: y"))
    }
    #expect(error.cameBack.contains("control characters"))
  }
}
