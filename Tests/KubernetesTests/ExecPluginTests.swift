import Testing

@testable import Kubernetes

@Suite("Exec credential plugins", .timeLimit(.minutes(1)))
struct ExecPluginTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// An identity store over a kubeconfig whose user has the plugin.
  private func store(
    _ script: String, version: String = "v1", extra: String = "", timeout: Duration = .seconds(30)
  ) throws -> IdentityStore {
    try folder.write("plugin", "#!/bin/sh\n\(script)\n", isProgram: true)
    return try store(command: "./plugin", version: version, extra: extra, timeout: timeout)
  }

  private func store(
    command: String, version: String = "v1", extra: String = "", timeout: Duration = .seconds(30)
  ) throws -> IdentityStore {
    let file = try folder.write(
      "config",
      """
      current-context: x
      clusters:
      - name: c
        cluster:
          server: https://h
          extensions:
          - name: client.authentication.k8s.io/exec
            extension: {audience: [1, "two"]}
      users:
      - name: jane
        user:
          exec:
            apiVersion: client.authentication.k8s.io/\(version)
            command: \(command)
            args: [get, "token now"]
            env: [{name: PLUGIN_VARIABLE, value: s3cret}]
            interactiveMode: IfAvailable
            provideClusterInfo: true
            \(extra)
      contexts:
      - name: x
        context: {cluster: c, user: jane}
      """)
    return IdentityStore(try load(ClusterSettings(kubeconfig: file)), pluginTimeout: timeout)
  }

  private func answer(_ status: String, version: String = "v1") -> String {
    """
    echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/\(version)",\
    "status":{\(status)}}'
    """
  }

  private func failure(_ store: IdentityStore) async throws -> KubernetesError {
    let error = try await kubernetesError { () async throws(KubernetesError) in
      _ = try await store.current()
    }
    #expect(error.kind == .credentials)
    #expect(error.tried.contains("'jane'"))
    #expect(error.on?.hasPrefix("\(folder.path)/config:") == true)
    #expect(!"\(error) \(error.next ?? "")".contains("s3cret"))
    return error
  }

  @Test("a token, in both versions", arguments: ["v1", "v1beta1"])
  func token(_ version: String) async throws {
    let store = try store(answer(#""token":"t1""#, version: version), version: version)
    #expect(try await store.current().authorization?.revealed == "Bearer t1")
  }

  @Test("the plugin gets its arguments, its variables and what it is asked")
  func question() async throws {
    let store = try store(
      #"printf '%s|' "$@" "$PLUGIN_VARIABLE" "$KUBERNETES_EXEC_INFO" > "\#(folder.path)/seen""#
        + "\n" + answer(#""token":"t""#))
    _ = try folder.write("seen", "")
    _ = try await store.current()
    let seen = String(
      decoding: try readFile("\(folder.path)/seen", limit: 10_000), as: UTF8.self)
    #expect(
      seen == #"get|token now|s3cret|{"kind":"ExecCredential","#
        + #""apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"#
        + #""cluster":{"server":"https://h","config":{"audience":[1,"two"]}}}}|"#)
  }

  @Test("a client certificate")
  func certificate() async throws {
    let store = try store(answer(#""clientCertificateData":"C","clientKeyData":"K""#))
    let identity = try await store.current()
    #expect(identity.authorization == nil)
    #expect(identity.certificate?.revealed == "C")
    #expect(identity.key?.revealed == "K")
  }

  /// A script whose token counts its runs.
  private func counting(_ expiry: String) throws -> String {
    try folder.write("runs", "")
    return #"echo >> "\#(folder.path)/runs"; N=$(wc -l < "\#(folder.path)/runs")"# + "\n"
      + #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","#
      + #""status":{"token":"t'$N'"\#(expiry)}}'"#
  }

  @Test("what it gave is kept until it expires, and renewed when the server refuses it")
  func caching() async throws {
    let lasting = try store(counting(#","expirationTimestamp":"2999-01-01T00:00:00.123Z""#))
    let first = try await lasting.current()
    #expect(first.authorization?.revealed == "Bearer t1")
    #expect(try await lasting.current() == first)
    #expect(try await lasting.renewed(after: first)?.authorization?.revealed == "Bearer t2")
    #expect(try await lasting.renewed(after: first)?.authorization?.revealed == "Bearer t2")
    let expired = try store(counting(#","expirationTimestamp":"2020-01-01T02:00:00+02:00""#))
    #expect(try await expired.current().authorization?.revealed == "Bearer t1")
    #expect(try await expired.current().authorization?.revealed == "Bearer t2")
  }

  @Test("many who ask at once run it once")
  func sharing() async throws {
    let store = try store(counting(""))
    let tokens = try await withThrowingTaskGroup(of: Identity.self) { group in
      for _ in 0..<20 { group.addTask { try await store.current() } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(tokens.count == 1)
  }

  @Test("a program that is not there: the hint of the kubeconfig")
  func missing() async throws {
    for command in ["./gone", "lbcheck-no-such-program"] {
      let plain = try await failure(try store(command: command))
      #expect(plain.cameBack.hasPrefix("there is no such program"))
      let hinted = try await failure(
        try store(command: command, extra: "installHint: Fetch it from example.test"))
      #expect(hinted.next == "Fetch it from example.test")
    }
  }

  @Test("a failure shows the standard error and not the output")
  func failing() async throws {
    let error = try await failure(
      try store("echo s3cret; echo \"log in first\" >&2; exit 3"))
    #expect(error.cameBack == "it ended with exit status 3: log in first")
    let chatty = try await failure(
      try store("yes x | head -c 300000 >&2; exit 1"))
    #expect(chatty.cameBack.utf8.count < 3000)
  }

  @Test("nonsense is named and not shown")
  func nonsense() async throws {
    for script in [
      "echo s3cret", "true", "yes s3cret | head -c 3000000",
      "echo '{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"token\":\"s3cret\"}'",
      answer(#""token":"s3cret""#, version: "v1beta1"), answer(""),
      answer(#""token":"t","expirationTimestamp":"s3cret""#),
      answer(#""token":"s3cret\r\nX: y""#), answer(#""clientCertificateData":"s3cret""#),
    ] {
      let error = try await kubernetesError { () async throws(KubernetesError) in
        do { _ = try await store(script).current() } catch let error as KubernetesError {
          throw error
        } catch {
          Issue.record(error)
        }
      }
      #expect(error.kind == .credentials)
      #expect(!"\(error)".contains("s3cret"))
    }
  }

  /// Gone, or a zombie.
  private func isDead(_ process: Int32) -> Bool {
    guard let stat = try? readFile("/proc/\(process)/stat", limit: 10_000) else { return true }
    return String(decoding: stat, as: UTF8.self).contains(") Z ")
  }

  @Test("one that hangs is killed with what it started")
  func hanging() async throws {
    try folder.write("pid", "")
    let error = try await failure(
      try store(
        #"sleep 1000 & echo $! > "\#(folder.path)/pid"; wait"#, timeout: .milliseconds(300)))
    #expect(error.cameBack.hasPrefix("no answer within"))
    let text = String(decoding: try readFile("\(folder.path)/pid", limit: 100), as: UTF8.self)
    // Empty where the machine was too slow to come that far.
    if let child = Int32(text.trimmed) {
      // Whoever adopts it may take a moment to bury it.
      while !isDead(child) { try await Task.sleep(for: .milliseconds(1)) }
    }
  }
}
