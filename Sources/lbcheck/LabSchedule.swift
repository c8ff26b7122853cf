import Lab

/// What the embedded lab does while it is watched without a target of the user's: a pod comes, the
/// servers end their connections for their age, a pod goes and comes back.
enum LabSchedule {
  static let length = Duration.seconds(24)
  /// Half a minute between look-ups would be all that there is to see.
  static let timeScale = 0.1

  static let words =
    "the lab scales out at 4 s, ages its connections at 8 s, scales in at 14 s and out at 18 s; the "
    + "client's timers run ten times as fast (--time-scale)"

  /// Returns when the last pod is not ready yet; goes on until it is cancelled.
  static func start(_ lab: LabCluster) async throws -> Task<Void, Never> {
    let last = lab.pods.count - 1
    try await lab.setReady(false, pod: last)
    return Task {
      do {
        try await Task.sleep(for: .seconds(4))
        try await lab.setReady(true, pod: last)
        try await Task.sleep(for: .seconds(4))
        for pod in lab.pods { try await pod.ageConnections() }
        try await Task.sleep(for: .seconds(6))
        try await lab.drain(pod: 0)
        try await Task.sleep(for: .seconds(4))
        try await lab.revive(pod: 0)
      } catch {
        // Cancelled, or the lab is gone.
      }
    }
  }
}
