import Glibc
import Lab
import Naming
import Reporting

/// A lab that serves somebody else's client: its cluster, and a folder with what a client needs to read.
struct LabSession {
  let cluster: LabCluster
  let targets: EmbeddedLab
  /// The name that a Kubernetes resolver takes.
  let kubernetesTarget: String
  let started = LabInstant.now
  private let folder: String

  var kubeconfig: String { "\(folder)/kubeconfig" }
  /// As /var/run/secrets/kubernetes.io/serviceaccount in a pod.
  var serviceAccount: String { "\(folder)/serviceaccount" }
  var virtualIP: String { "\(cluster.virtualIP.address):\(cluster.port)" }

  /// Throws `Problem`, or `FileError` where the folder cannot be made.
  static func start(_ options: LabOptions) async throws -> LabSession {
    let cluster: LabCluster
    do {
      cluster = try await LabCluster.start(options)
    } catch {
      throw Problem(
        phase: .connect, tried: "to start the lab",
        on: options.port == 0 ? "loopback" : "port \(options.port) of loopback addresses",
        cameBack: LabCluster.words(error),
        next: options.port == 0
          ? "See whether addresses in 127.0.0.0/8 can be bound here"
          : "Leave --port out, or give one that nothing listens on")
    }
    do {
      return try await LabSession(cluster)
    } catch {
      try? await cluster.stop()
      throw error
    }
  }

  private init(_ cluster: LabCluster) async throws {
    self.cluster = cluster
    targets = try EmbeddedLab(cluster)
    let names = cluster.names
    kubernetesTarget = "kubernetes:///\(names.service).\(names.namespace):\(cluster.port)"
    folder = try Self.privateFolder()
    do {
      guard mkdir(serviceAccount, 0o700) == 0 else {
        throw FileError(file: serviceAccount, reason: String(cString: strerror(errno)))
      }
      try await cluster.kubernetes?.writeKubeconfig(to: kubeconfig)
      try await cluster.kubernetes?.writeServiceAccount(to: serviceAccount)
    } catch {
      removeFolder()
      throw error
    }
  }

  /// Ends the lab, and removes its folder.
  func stop() async {
    try? await cluster.stop()
    removeFolder()
  }

  /// What a client program finds in its environment.
  var environment: [(name: String, value: String)] {
    [
      ("LBCHECK_TARGET_DNS", targets.headless.given),
      ("LBCHECK_TARGET_KUBERNETES", kubernetesTarget),
      ("LBCHECK_VIP", virtualIP),
      ("LBCHECK_SERVICEACCOUNT", serviceAccount),
      ("KUBECONFIG", kubeconfig),
      ("KUBERNETES_SERVICE_HOST", KubernetesAPI.host.description),
      ("KUBERNETES_SERVICE_PORT", cluster.kubernetes.map { "\($0.port)" } ?? ""),
    ]
  }

  /// In $TMPDIR or /tmp, with a name that did not exist, for its owner only.
  private static func privateFolder() throws -> String {
    let parent = environmentFolder ?? "/tmp"
    var template = Array("\(parent)/lbcheck-lab.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw FileError(file: parent, reason: String(cString: strerror(errno)))
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var environmentFolder: String? {
    lbcheck.environment("TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
  }

  private func removeFolder() {
    for file in ["token", "ca.crt", "namespace"] { unlink("\(serviceAccount)/\(file)") }
    rmdir(serviceAccount)
    unlink(kubeconfig)
    rmdir(folder)
  }
}
