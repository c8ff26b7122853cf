internal import Curl

extension ClusterAccess {
  /// Finds the cluster as kubectl does: the kubeconfig that is named, those of `KUBECONFIG`, or
  /// `~/.kube/config`; where none of these exists, the service account of the pod that this runs in.
  /// - Parameter environment: looks up an environment variable.
  package static func load(
    _ settings: ClusterSettings, environment: (String) -> String?,
    serviceAccountFolder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
  ) throws(KubernetesError) -> ClusterAccess {
    let files = files(settings, environment)
    var config = Kubeconfig()
    for file in files {
      if let other = try Kubeconfig.read(file: file) {
        config.merge(other)
      } else if settings.kubeconfig != nil {
        throw KubernetesError(
          .configuration, tried: "to read the kubeconfig", on: file, cameBack: "no such file",
          next: "Give --kubeconfig the path of a kubeconfig")
      }
    }
    // A pod has no contexts: who names one means a kubeconfig.
    if !config.isEmpty || settings.context != nil {
      return try ClusterAccess(config, settings, files: files.joined(separator: ", "))
    }
    if settings.kubeconfig == nil,
      let access = try ClusterAccess(
        serviceAccountFolder: serviceAccountFolder, settings, environment)
    {
      return access
    }
    throw KubernetesError(
      .configuration, tried: "to find a Kubernetes cluster",
      on: files.isEmpty ? nil : files.joined(separator: ", "),
      cameBack: settings.kubeconfig != nil
        ? "the kubeconfig names no cluster"
        : "no kubeconfig names a cluster, and this is not running in a pod "
          + "(KUBERNETES_SERVICE_HOST is not set)",
      next: "Give --kubeconfig FILE, or set KUBECONFIG")
  }

  private static func files(
    _ settings: ClusterSettings, _ environment: (String) -> String?
  ) -> [String] {
    if let file = settings.kubeconfig { return [file] }
    if let list = environment("KUBECONFIG"), !list.isEmpty {
      var files: [String] = []
      for file in list.split(separator: ":").map(String.init) where !files.contains(file) {
        files.append(file)
      }
      return files
    }
    return environment("HOME").map { ["\($0)/.kube/config"] } ?? []
  }

  private init(
    _ config: Kubeconfig, _ settings: ClusterSettings, files: String
  ) throws(KubernetesError) {
    let known = config.contextNames.joined(separator: ", ")
    func failure(_ on: String, _ message: String, _ next: String) -> KubernetesError {
      KubernetesError(
        .configuration, tried: "to choose a context", on: on, cameBack: message, next: next)
    }
    guard let name = settings.context ?? config.currentContext else {
      throw failure(
        files, "the kubeconfig has no current context; it knows: \(known)", "Give --context NAME")
    }
    guard let context = config.contexts[name] else {
      throw failure(
        files,
        "there is no context '\(name)'; the kubeconfig knows: \(known.isEmpty ? "none" : known)",
        "Give --context NAME with one of these")
    }
    guard let clusterName = context.cluster, let cluster = config.clusters[clusterName] else {
      throw failure(
        context.place,
        "context '\(name)' names the cluster '\(context.cluster ?? "")', which is not defined",
        "Define it under 'clusters', or choose another context")
    }
    var user = Kubeconfig.User(place: context.place)
    if let userName = context.user {
      guard let known = config.users[userName] else {
        throw failure(
          context.place, "context '\(name)' names the user '\(userName)', who is not defined",
          "Define them under 'users', or choose another context")
      }
      user = known
    }
    var tls = CurlTLS()
    tls.authorities = try cluster.authorities.map { material throws(KubernetesError) in
      Array(
        try material.pem("the certificate authority", cluster.place, "CERTIFICATE").revealed.utf8)
    }
    tls.verifies = cluster.verifies
    tls.serverName = cluster.serverName
    var impersonation = user.impersonation
    if let name = settings.impersonate { impersonation.user = name }
    try impersonation.check()
    let server = try Self.checkedServer(cluster.server, tls: tls, place: cluster.place)
    self.init(
      server: server, namespace: settings.namespace ?? context.namespace ?? "default",
      source: "kubeconfig \(context.file), context \(name)", tls: tls, proxy: cluster.proxy,
      credentials: try Credentials(user, clusterInfo: cluster.info(server: server, tls: tls)),
      impersonation: impersonation)
  }

  /// With a scheme, and without final slashes and what has no place in it.
  private static func checkedServer(
    _ text: String?, tls: CurlTLS, place: String
  ) throws(KubernetesError) -> String {
    func failure(_ message: String) -> KubernetesError {
      KubernetesError(
        .configuration, tried: "to read the kubeconfig", on: place, cameBack: message,
        next: "Write it as https://HOST:PORT")
    }
    guard var server = text else { throw failure("the cluster has no 'server'") }
    if !server.contains("://") {
      server = (tls.authorities != nil || !tls.verifies ? "https://" : "http://") + server
    }
    guard server.hasPrefix("https://") || server.hasPrefix("http://") else {
      throw failure("the 'server' is neither https nor http")
    }
    if server.contains(where: { "@?#".contains($0) || $0.isWhitespace }) {
      throw failure("the 'server' holds more than scheme, host, port and path")
    }
    while server.hasSuffix("/") { server.removeLast() }
    return server
  }
}

extension Kubeconfig.Material {
  /// - Parameter label: what the PEM text must hold (RFC 7468 §2), or the end of it.
  func pem(
    _ what: String, _ place: String, _ label: String
  ) throws(KubernetesError) -> Secret {
    let text: Secret
    let origin: String
    switch self {
    case .data(let data): (text, origin) = (data, place)
    case .file(let path):
      origin = path
      do throws(FileProblem) {
        text = Secret(String(decoding: try readFile(path, limit: 1024 * 1024), as: UTF8.self))
      } catch {
        throw KubernetesError(
          .configuration, tried: "to read \(what)", on: path, cameBack: error.message,
          next: "Correct the path that \(place) gives")
      }
    }
    guard text.revealed.contains("\(label)-----") else {
      throw KubernetesError(
        .configuration, tried: "to read \(what)", on: origin,
        cameBack: "no PEM text with a \(label)",
        next: "Replace it by one that begins with -----BEGIN")
    }
    return text
  }
}

extension Kubeconfig.Cluster {
  /// `spec.cluster` of an ExecCredential, as JSON.
  fileprivate func info(server: String, tls: CurlTLS) -> String {
    var fields = ["\"server\":\(YAMLNode.quoted(server))"]
    if let serverName {
      fields.append("\"tls-server-name\":\(YAMLNode.quoted(serverName))")
    }
    if !verifies { fields.append("\"insecure-skip-tls-verify\":true") }
    if let authorities = tls.authorities {
      fields.append("\"certificate-authority-data\":\"\(encodedBase64(authorities))\"")
    }
    if let proxy { fields.append("\"proxy-url\":\(YAMLNode.quoted(proxy.revealed))") }
    if let pluginConfig { fields.append("\"config\":\(pluginConfig)") }
    return "{\(fields.joined(separator: ","))}"
  }
}
