extension Kubeconfig {
  /// Larger ones are no kubeconfig but a mistake; in bytes.
  private static let sizeLimit = 16 * 1024 * 1024

  /// Reads one file; nil where there is none.
  static func read(file: String) throws(KubernetesError) -> Kubeconfig? {
    let bytes: [UInt8]
    do throws(FileProblem) { bytes = try readFile(file, limit: sizeLimit) } catch {
      if error.isMissing { return nil }
      throw KubernetesError(
        .configuration, tried: "to read the kubeconfig", on: file, cameBack: error.message)
    }
    return try Kubeconfig(bytes, file: file)
  }

  /// - Parameter file: whose text it is, for errors and relative paths.
  init(_ bytes: [UInt8], file: String) throws(KubernetesError) {
    let root: YAMLNode?
    do throws(YAMLError) { root = try YAMLReader.read(bytes) } catch {
      throw KubernetesError(
        .configuration, tried: "to read the kubeconfig", on: "\(file):\(error.line)",
        cameBack: "malformed YAML: \(error.message)",
        next: "Correct that line or the one before it")
    }
    guard let root, !root.isNull else { return }
    let entry = KubeconfigEntry(node: root, file: file)
    guard case .mapping = root.content else { throw entry.failure(root, "no mapping") }
    if let kind = try entry.text("kind"), kind != "Config" {
      throw entry.failure(root, "a \(kind), where a Config is expected")
    }
    currentContext = try entry.text("current-context")
    for (name, cluster) in try Self.named("clusters", "cluster", in: entry)
    where clusters[name] == nil {
      clusters[name] = try Cluster(cluster)
    }
    for (name, user) in try Self.named("users", "user", in: entry) where users[name] == nil {
      users[name] = try User(user, name: name)
    }
    for (name, context) in try Self.named("contexts", "context", in: entry)
    where contexts[name] == nil {
      contextNames.append(name)
      contexts[name] = try Context(context)
    }
  }

  /// Lists of `{name: NAME, KEY: {…}}`.
  private static func named(
    _ list: String, _ key: String, in entry: KubeconfigEntry
  ) throws(KubernetesError) -> [(String, KubeconfigEntry)] {
    try entry.entries(list).map { item throws(KubernetesError) in
      guard let name = try item.text("name") else {
        throw item.failure(item.node, "an item of '\(list)' has no name")
      }
      let nothing = YAMLNode(content: .mapping([]), line: item.node.line)
      return (name, try item.entry(key) ?? KubeconfigEntry(node: nothing, file: entry.file))
    }
  }
}

extension Kubeconfig.Cluster {
  fileprivate init(_ entry: KubeconfigEntry) throws(KubernetesError) {
    self.init(place: entry.place)
    server = try entry.text("server")
    authorities = try entry.material("certificate-authority")
    verifies = try !entry.flag("insecure-skip-tls-verify")
    serverName = try entry.text("tls-server-name")
    proxy = try entry.text("proxy-url").map { Secret($0) }
    // https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
    for item in try entry.entries("extensions")
    where try item.text("name") == "client.authentication.k8s.io/exec" {
      pluginConfig = item.node["extension"]?.json
    }
    if !verifies, authorities != nil {
      throw entry.failure(
        entry.node, "both insecure-skip-tls-verify and a certificate authority are given")
    }
  }
}

extension Kubeconfig.User {
  fileprivate init(_ entry: KubeconfigEntry, name entryName: String) throws(KubernetesError) {
    self.init(place: entry.place)
    certificate = try entry.material("client-certificate")
    key = try entry.material("client-key")
    token = try entry.text("token").map { Secret($0) }
    tokenFile = try entry.text("tokenFile").map { entry.path($0) }
    name = try entry.text("username")
    password = try entry.text("password").map { Secret($0) }
    plugin = try entry.entry("exec").map { exec throws(KubernetesError) in
      try ExecPlugin(exec, user: entryName)
    }
    authProvider = try entry.entry("auth-provider").map { provider throws(KubernetesError) in
      try provider.text("name") ?? ""
    }
    impersonation = Impersonation(
      user: try entry.text("as"), groups: try entry.texts("as-groups"))
  }
}

extension Kubeconfig.Context {
  fileprivate init(_ entry: KubeconfigEntry) throws(KubernetesError) {
    self.init(
      cluster: try entry.text("cluster"), user: try entry.text("user"),
      namespace: try entry.text("namespace"), file: entry.file, place: entry.place)
  }
}

extension ExecPlugin {
  fileprivate init(_ entry: KubeconfigEntry, user: String) throws(KubernetesError) {
    guard let command = try entry.text("command") else {
      throw entry.failure(entry.node, "'exec' names no command")
    }
    let version = try entry.text("apiVersion") ?? ""
    guard ExecPlugin.versions.contains(version) else {
      throw entry.failure(
        entry.node,
        "'exec' has apiVersion '\(version)'; \(ExecPlugin.versions.joined(separator: " and ")) "
          + "are spoken")
    }
    self.init(
      apiVersion: version,
      // As kubectl does it: a name is looked up along PATH, a path starts at the file.
      command: command.contains("/") ? entry.path(command) : command,
      arguments: try entry.texts("args").map { Secret($0) },
      environment: try entry.entries("env").map { item throws(KubernetesError) in
        ExecPlugin.Variable(
          name: try item.text("name") ?? "", value: Secret(try item.text("value") ?? ""))
      },
      installHint: try entry.text("installHint"),
      wantsCluster: try entry.flag("provideClusterInfo"), user: user, place: entry.place)
  }
}
