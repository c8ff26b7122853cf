import Lab
import Naming

/// A lab in the test's own process: its pods can be asked what they really served.
func withLab<Value>(
  _ options: LabOptions = LabOptions(), _ body: (LabCluster) async throws -> Value
) async throws -> Value {
  let lab = try await LabCluster.start(options)
  do {
    let value = try await body(lab)
    try await lab.stop()
    return value
  } catch {
    try? await lab.stop()
    throw error
  }
}

extension LabCluster {
  /// Every ready pod has an address under this name.
  nonisolated var headlessTarget: String { "dns://\(dnsServer)/\(names.headless):\(port)" }

  /// One virtual address in front of the pods.
  nonisolated var clusterIPTarget: String { "dns://\(dnsServer)/\(names.clusterIP):\(port)" }

  /// One pod without DNS.
  nonisolated func podTarget(_ pod: Int) -> String { "ipv4:\(pods[pod].address):\(port)" }

  /// What the pods answered, without those that answered nothing.
  func answersByPod() async throws -> [String: Int] {
    var answers: [String: Int] = [:]
    for (pod, counts) in zip(pods, try await counts()) where counts.answered > 0 {
      answers[pod.name] = counts.answered
    }
    return answers
  }

  /// Returns when the pods have answered so many requests, all together.
  func until(answered: Int) async throws {
    while try await counts().reduce(0, { $0 + $1.answered }) < answered {
      try await Task.sleep(for: .milliseconds(2))
    }
  }
}
