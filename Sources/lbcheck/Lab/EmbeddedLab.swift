import Diagnosis
import Glibc
import Kubernetes
import Lab
import Naming
import Reporting

/// The lab that stands in where no target is given, and the targets that reach it.
struct EmbeddedLab {
  let cluster: LabCluster
  let headless: Target
  let clusterIP: Target
  let proxy: Target
  /// Leads to the lab's API server; nil where it has none.
  private let kubeconfig: String?

  /// - Parameters:
  ///   - asked: whether the user asked for it, or gave no target.
  ///   - kubernetes: whether the API server is needed, which takes a moment to start.
  ///   - adjust: makes it another lab than usual.
  ///   - terminal: where to say that this is the lab; nil says nothing.
  static func start(
    seed: UInt64, asked: Bool, kubernetes: Bool, terminal: Terminal?,
    adjust: (inout LabOptions) -> Void = { _ in }
  ) async throws -> EmbeddedLab {
    var options = options(seed: seed)
    if kubernetes { options.kubernetes = KubernetesOptions() }
    adjust(&options)
    let lab = try await start(options)
    terminal?.error(
      "lbcheck: \(asked ? "" : "no TARGET: ")this is the embedded lab (\(lab.cluster.pods.count) "
        + "pods on loopback), not your cluster\n")
    return lab
  }

  static func start(_ options: LabOptions) async throws -> EmbeddedLab {
    let cluster = try await LabCluster.start(options)
    var kubeconfig: String?
    if let api = cluster.kubernetes { kubeconfig = try namelessFile(await api.kubeconfig()) }
    return try EmbeddedLab(cluster, kubeconfig: kubeconfig)
  }

  /// Every random choice of the lab follows from the seed.
  static func options(seed: UInt64) -> LabOptions {
    var options = LabOptions()
    options.seed = seed
    options.dnsOrder = .shuffled(seed: seed)
    return options
  }

  init(_ cluster: LabCluster, kubeconfig: String? = nil) throws {
    self.cluster = cluster
    self.kubeconfig = kubeconfig
    func target(_ host: String) throws -> Target {
      try Target("dns://\(cluster.dnsServer)/\(host):\(cluster.port)")
    }
    headless = try target(cluster.names.headless)
    clusterIP = try target(cluster.names.clusterIP)
    proxy = try target(cluster.names.proxy)
  }

  /// Makes look-ups go to this lab instead of the user's cluster.
  func adjust(_ options: inout LookupOptions) {
    options.cluster.kubeconfig = kubeconfig
  }

  func stop() async {
    try? await cluster.stop()
  }

  /// The path of a file that holds the text as long as this process lives, and that has no name for
  /// others to find: it holds the token of the lab's administrator, and nobody has to remove it.
  private static func namelessFile(_ text: String) throws -> String {
    let (path, descriptor) = temporaryFile()
    guard descriptor >= 0 else {
      throw FileError(file: path, reason: String(cString: strerror(errno)))
    }
    unlink(path)
    try Terminal.write(text, to: descriptor)
    return "/proc/self/fd/\(descriptor)"
  }

  /// Nobody else's: the file is created with a name that did not exist. The descriptor is negative
  /// where that failed.
  private static func temporaryFile() -> (path: String, descriptor: Int32) {
    var template = Array("/tmp/lbcheck-lab.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    return (
      String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self), descriptor
    )
  }
}
