import NIOCore
import Naming
import Testing

@testable import Lab

@Suite("The lab's API server: watches and faults", .timeLimit(.minutes(1)))
struct KubernetesAPIWatchTests {
  private static let slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"

  private func slice(_ name: String, _ address: String = "10.0.0.1") -> EndpointSlice {
    EndpointSlice(
      name: name, addressType: .ipv4, ports: [.init(name: "grpc", number: 50_051)],
      members: [.init(addresses: [address], ready: true)])
  }

  private func summary(_ events: [KubernetesClient.Event]) -> [String] {
    events.map { "\($0.type) \($0.name ?? "-")" }
  }

  @Test(
    "replays what there is, then tells of every change",
    arguments: [
      "\(slices)?watch=1", "\(slices)?watch=true&resourceVersion=0",
      "/apis/discovery.k8s.io/v1/watch/namespaces/default/endpointslices",
    ])
  func replay(_ target: String) async throws {
    try await withKubernetes { api, admin in
      try await api.apply(slice("a"), of: "s")
      let watch = try await admin.open(target)
      _ = try await watch.events(1)
      try await api.apply(slice("b"), of: "s")
      try await api.apply(slice("a", "10.0.0.2"), of: "s")
      let last = try await api.delete(.endpointSlices, "a")
      let events = try await watch.events(4)
      #expect(summary(events) == ["ADDED a", "ADDED b", "MODIFIED a", "DELETED a"])
      #expect(events.last?.version == last)
      try await watch.close()
    }
  }

  @Test("watches one object by the path that kuberesolver uses")
  func legacyPath() async throws {
    try await withKubernetes { api, admin in
      let watch = try await admin.open("/api/v1/watch/namespaces/default/endpoints/s")
      try await until { try await api.openWatches() == 1 }
      try await api.apply(LegacyEndpoints(name: "other", subsets: []))
      try await api.apply(LegacyEndpoints(name: "s", subsets: []))
      #expect(summary(try await watch.events(1)) == ["ADDED s"])
      try await watch.close()
      try await until { try await api.openWatches() == 0 }
    }
  }

  @Test("goes on from a version, and from one that is still to come")
  func fromVersion() async throws {
    try await withKubernetes { api, admin in
      let first = try await api.apply(slice("a"), of: "s")
      try await api.apply(slice("b"), of: "s")
      let watch = try await admin.open("\(Self.slices)?watch=1&resourceVersion=\(first)")
      #expect(summary(try await watch.events(1)) == ["ADDED b"])
      let future = try await admin.open("\(Self.slices)?watch=1&resourceVersion=\(first + 2)")
      try await until { try await api.openWatches() == 2 }
      try await api.apply(slice("c"), of: "s")
      try await api.apply(slice("d"), of: "s")
      #expect(summary(try await watch.events(3)) == ["ADDED b", "ADDED c", "ADDED d"])
      #expect(summary(try await future.events(1)) == ["ADDED d"])
      try await watch.close()
      try await future.close()
    }
  }

  @Test("sends bookmarks to those that want them, and says when initial events end")
  func bookmarks() async throws {
    var options = KubernetesOptions()
    options.bookmarkInterval = .milliseconds(20)
    try await withKubernetes(options) { api, admin in
      let version = try await api.apply(slice("a"), of: "s")
      let watch = try await admin.open(
        "\(Self.slices)?watch=1&allowWatchBookmarks=true&sendInitialEvents=true"
          + "&resourceVersionMatch=NotOlderThan")
      let without = try await admin.open("\(Self.slices)?watch=1")
      let events = try await watch.events(3)
      #expect(summary(events).prefix(3) == ["ADDED a", "BOOKMARK -", "BOOKMARK -"])
      let end = events[1].object["metadata"]?["annotations"]
      #expect(end == ["k8s.io/initial-events-end": "true"])
      #expect(events[2].version == version)
      #expect(events[2].object["endpoints"] == .null)
      #expect(summary(try await without.events()) == ["ADDED a"])
      try await watch.close()
      try await without.close()
    }
  }

  @Test("ends properly after timeoutSeconds")
  func timeout() async throws {
    try await withKubernetes { api, admin in
      let watch = try await admin.open("\(Self.slices)?watch=1&timeoutSeconds=1")
      try await watch.end()
      #expect(try await watch.reply().isComplete)
      #expect(try await api.openWatches() == 0)
      try await watch.close()
    }
  }

  @Test("is gone for a version that it forgot, as an event or as a status")
  func expired() async throws {
    try await withKubernetes { api, admin in
      let version = try await api.apply(slice("a"), of: "s")
      try await api.expireHistory()
      let target = "\(Self.slices)?watch=1&resourceVersion=\(version)"
      let event = try await admin.get(target)
      #expect(event.status == 200)
      #expect(try JSONReader.value(of: event.body.utf8)["object"]?["code"]?.number == 410)
      try await api.setWatchExpiry(.status)
      #expect(try await admin.get(target).status == 410)
    }
  }

  // MARK: - Faults

  @Test("cuts watches, also in the middle of an event", arguments: [nil, 0, 1, 100])
  func cut(_ bytes: Int?) async throws {
    try await withKubernetes { api, admin in
      let watch = try await admin.open("\(Self.slices)?watch=1")
      try await until { try await api.openWatches() == 1 }
      try await api.cutWatches(afterBytesOfNextEvent: bytes)
      try await api.apply(slice("a"), of: "s")
      try await watch.end()
      let reply = try await watch.reply()
      #expect(!reply.isComplete)
      #expect(reply.body.utf8.count == bytes ?? 0)
      #expect(try await admin.get(Self.slices).names == ["a"])
      try await watch.close()
    }
  }

  @Test("splits everything at every byte")
  func split() async throws {
    try await withKubernetes { api, admin in
      try await api.setSplitsWrites(true)
      let watch = try await admin.open("\(Self.slices)?watch=1")
      try await until { try await api.openWatches() == 1 }
      try await api.apply(slice("a"), of: "s")
      #expect(summary(try await watch.events(1)) == ["ADDED a"])
      // Every byte is a TLS record of its own, which is more than 20 bytes longer.
      let reply = try await watch.reply()
      #expect(reply.encryptedBytes > 20 * reply.body.utf8.count)
      try await watch.close()
    }
  }

  @Test("fails as often as it is told")
  func failures() async throws {
    try await withKubernetes { api, admin in
      try await api.answerNext(2, with: .status(429, retryAfter: 1))
      for _ in 0..<2 {
        let reply = try await admin.get(Self.slices)
        #expect(reply.status == 429)
        #expect(reply.headers["retry-after"] == "1")
        #expect(try reply.json["reason"] == "TooManyRequests")
      }
      #expect(try await admin.get(Self.slices).status == 200)
      try await api.answerNext(.max, with: .status(500))
      for _ in 0..<3 { #expect(try await admin.get(Self.slices).status == 500) }
      try await api.answerNext(1, with: .html)
      #expect(try await admin.get(Self.slices).body.hasPrefix("<!DOCTYPE html>"))
      try await api.answerNext(1, with: .disconnect)
      #expect(try await admin.get(Self.slices).status == 0)
      let asked = try await api.requests()
      #expect(asked.count == 8)
      #expect(asked.allSatisfy { $0 == .init(method: "GET", target: Self.slices) })
      try await api.answerNext(1, with: .hang)
      let hung = try await admin.open(Self.slices)
      try await until { try await api.requests().count == 9 }
      #expect(try await hung.reply().status == 0)
      try await hung.close()
    }
  }

  @Test("goes away and comes back on the same port with the same objects")
  func restart() async throws {
    try await withKubernetes { api, admin in
      try await api.apply(slice("a"), of: "s")
      let watch = try await admin.open("\(Self.slices)?watch=1")
      _ = try await watch.events(1)
      try await api.stopListening()
      try await watch.end()
      await #expect(throws: (any Error).self) { try await admin.get(Self.slices) }
      try await api.listenAgain()
      #expect(try await admin.get(Self.slices).names == ["a"])
      try await watch.close()
    }
  }
}
