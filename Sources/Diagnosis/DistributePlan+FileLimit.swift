private import Glibc
internal import Reporting

extension DistributePlan {
  /// Every connection is an open file: where there are more than this process may have, some of the pods
  /// would look as if they were not there.
  func checkFileLimit(_ load: Load, addresses: Int) throws(Problem) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let connections =
      wire == .http1
      ? load.concurrency : load.channels * (policy == .roundRobin ? max(1, addresses) : 1)
    // In the lab lbcheck has the other ends as well, and the virtual IP's two.
    let ends = source == .lab ? (policy == .clusterIP ? 4 : 2) : 1
    let needed = connections * ends + Self.otherFiles
    guard needed > limit.rlim_cur else { return }
    throw Problem(
      phase: .connect, tried: "to open \(connections) connection(s)",
      cameBack: "this process may have \(limit.rlim_cur) files open, and that takes \(needed)",
      next: "raise ulimit -n (in a container, the runtime's nofile limit), or use fewer --channels")
  }

  /// Standard streams, event loops, DNS, the Kubernetes API, and the lab's listeners.
  private static let otherFiles = 64
}
