import Lab
import Naming
import Testing

@testable import Kubernetes

@Suite("A watch of a server that fails in every way", .timeLimit(.minutes(2)))
struct WatchAgainstLabTests {
  /// What a reader of the watch knows at the end.
  private struct Known {
    var slices: [String: EndpointSlice] = [:]
    var lists = 0
    var interruptions = 0
    /// Changes that had been told before.
    var repeated = 0

    mutating func take(_ event: WatchEvent<EndpointSlice>) {
      switch event {
      case .interrupted: interruptions += 1
      case .change(.listed(let list)):
        lists += 1
        slices = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0) })
      case .change(.applied(let slice)):
        if let known = slices[slice.name], known.number >= slice.number { repeated += 1 }
        slices[slice.name] = slice
      case .change(.deleted(let slice)):
        if slices.removeValue(forKey: slice.name) == nil { repeated += 1 }
      }
    }
  }

  @Test(
    "loses nothing and tells nothing twice, through 1,000 changes",
    arguments: [WatchExpiry.event, .status], [UInt64(1), 2])
  func faults(expiry: WatchExpiry, seed: UInt64) async throws {
    var options = LabOptions()
    options.pods = 1
    options.kubernetes = KubernetesOptions()
    options.kubernetes?.watchExpiry = expiry
    options.kubernetes?.grants = ["list", "watch"].map {
      Grant($0, group: "discovery.k8s.io", "endpointslices")
    }
    let lab = try await LabCluster.start(options)
    do {
      try await survive(try #require(lab.kubernetes), seed)
      try await lab.stop()
    } catch {
      try? await lab.stop()
      throw error
    }
  }

  private func survive(_ api: KubernetesAPI, _ seed: UInt64) async throws {
    // The token lies in a file, as in a pod, where it is replaced from time to time.
    let folder = try Folder()
    for name in ["token", "ca.crt", "namespace"] { try folder.write(name, "") }
    try await api.writeServiceAccount(to: folder.path)
    let environment = [
      "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(api.port)",
    ]
    let access = try load(ClusterSettings(), environment, serviceAccountFolder: folder.path)
    let client = KubernetesClient(access, timing: Self.quick)
    async let reading = read(client, seed)
    var random = SplitMix64(seed: seed)
    var expected: Set<String> = []
    for number in 1...1000 {
      let name = "slice-\(Int.random(in: 0..<8, using: &random))"
      if expected.contains(name), Int.random(in: 0..<3, using: &random) == 0 {
        expected.remove(name)
        try await api.delete(.endpointSlices, name)
      } else {
        expected.insert(name)
        try await api.apply(.numbered(name, number), of: "web")
      }
      if number.isMultiple(of: 20) { try await fail(api, folder, &random) }
    }
    // Once for sure: a watch that is under way learns that its version is too old.
    while try await api.openWatches() == 0 { try await Task.sleep(for: .milliseconds(2)) }
    try await api.expireHistory()
    try await api.cutWatches()
    try await api.answerNext(0, with: .hang)
    try await api.setSplitsWrites(false)
    try await api.apply(.numbered("the-end", 1001), of: "web")
    let known = await reading
    let listed = try await client.endpointSlices(of: "web", namespace: "default")
    client.shutDown()
    let isSame = known.slices.values.sorted { $0.name < $1.name } == listed
    #expect(isSame)
    #expect(Set(known.slices.keys) == expected.union(["the-end"]))
    #expect(known.repeated == 0)
    #expect(known.lists > 1, "histories were forgotten, so that it had to list again")
    #expect(known.interruptions > 0)
  }

  /// Reads until the last slice is there.
  private func read(_ client: KubernetesClient, _ seed: UInt64) async -> Known {
    var known = Known()
    for await event in client.watchEndpointSlices(of: "web", namespace: "default", seed: seed) {
      known.take(event)
      if known.slices["the-end"] != nil { break }
    }
    return known
  }

  /// One of everything that happens to an API server.
  private func fail(
    _ api: KubernetesAPI, _ folder: Folder, _ random: inout SplitMix64
  ) async throws {
    switch Int.random(in: 0..<10, using: &random) {
    case 0: try await api.cutWatches()
    case 1: try await api.cutWatches(afterBytesOfNextEvent: Int.random(in: 1..<400, using: &random))
    case 2:
      try await api.expireHistory()
      try await api.cutWatches()
    case 3:
      try await api.stopListening()
      try await api.listenAgain()
    case 4:
      try await api.rotateTokens()
      try await api.writeServiceAccount(to: folder.path)
      try await api.cutWatches()
    case 5: try await api.setSplitsWrites(Bool.random(using: &random))
    case 6:
      // A long while in which bookmarks alone keep the watch from falling behind.
      for number in 0..<50 { try await api.apply(.numbered("elsewhere", number), of: "other") }
      try await api.sendBookmarks()
    case 7: try await api.answerNext(2, with: .status(429, retryAfter: 0))
    case 8: try await api.answerNext(2, with: .status(500))
    default: try await api.answerNext(1, with: .disconnect)
    }
  }

  /// Pauses that do not make a test wait.
  private static var quick: Timing {
    var timing = Timing()
    timing.firstPause = .milliseconds(2)
    timing.watchPause = .milliseconds(2)
    return timing
  }
}

extension EndpointSlice {
  /// Its number stands in the name of its pod.
  fileprivate static func numbered(_ name: String, _ number: Int) -> EndpointSlice {
    EndpointSlice(
      name: name, addressType: .ipv4, ports: [.init(name: "grpc", number: 50051)],
      members: [.init(addresses: ["10.0.0.\(number % 250)"], ready: true, pod: "pod-\(number)")])
  }

  fileprivate var number: Int {
    (members.first?.pod).flatMap { Int($0.dropFirst("pod-".count)) } ?? -1
  }
}
