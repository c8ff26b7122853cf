import Lab

/// What the embedded lab does while it is watched without a target of the user's: a pod comes, a pod
/// goes, and servers end connections for their age.
enum WatchedLab {
  static let length = Duration.seconds(24)
  /// With half a minute between look-ups nothing else would be seen.
  static let timeScale = 0.1

  private static let age = Duration.seconds(6)

  static let words =
    "a pod comes at 4 s and one goes at 16 s, its pods end connections at the age of 6 s ±10 %, and "
    + "the client's timers run ten times as fast (--time-scale)"

  static func apply(to options: inout LabOptions) {
    options.behaviour.maxConnectionAge = age
  }

  /// Goes on until it is cancelled.
  static func begin(on cluster: LabCluster) throws -> Task<Void, Never> {
    let schedule = try LabSchedule(["4s scale=6", "16s scale=5"])
    return Task { await cluster.run(schedule) { _, _ in } }
  }
}
