import Naming
import ScriptedServer
import Testing

@testable import Kubernetes

@Suite("Watching an API server", .timeLimit(.minutes(1)))
struct ClientWatchTests {
  /// A slice whose only member tells where it comes from.
  private static func slice(_ name: String, _ pod: String) -> EndpointSlice {
    EndpointSlice(name: name, addressType: .ipv4, ports: [], members: [.init(addresses: [pod])])
  }

  private static func object(_ name: String, _ pod: String, _ version: Int) -> String {
    #"{"metadata":{"name":"\#(name)","resourceVersion":"\#(version)"},"addressType":"IPv4","#
      + #""endpoints":[{"addresses":["\#(pod)"]}],"ports":null}"#
  }

  private static func list(_ items: [String], _ version: Int) -> String {
    #"{"metadata":{"resourceVersion":"\#(version)"},"items":[\#(items.joined(separator: ","))]}"#
  }

  private static func event(_ type: String, _ object: String) -> String {
    #"{"type":"\#(type)","object":\#(object)}"# + "\n"
  }

  private static let goneEvent = event(
    "ERROR", #"{"kind":"Status","message":"too old","reason":"Expired","code":410}"#)

  @Test("through a cut in an event, bookmarks, a renewed token and both kinds of 410")
  func troubles() async throws {
    let folder = try Folder()
    let path = try folder.write("token", "t1")
    let lists = Counter()
    let watches = Counter()
    let server = try await ScriptedServer { request, reply in
      if request.parameter("watch") == nil {
        switch lists.next() {
        case 1: try await reply.whole(200, Self.list([Self.object("a", "1", 4)], 5))
        case 2: try await reply.whole(200, Self.list([Self.object("b", "2", 20)], 20))
        default: try await reply.whole(200, Self.list([], 40))
        }
        return
      }
      switch watches.next() {
      case 1:
        // Every byte alone, and the connection cut in the second event.
        try await reply.begin(200)
        let bytes = Array(Self.event("ADDED", Self.object("b", "1", 6)).utf8)
        for byte in bytes { try await reply.chunk([byte]) }
        try await reply.chunk(Self.event("MODIFIED", Self.object("a", "9", 7)).utf8.prefix(60))
        throw ScriptedReply.HangUp()
      case 2:
        // Bookmarks only, and a good end.
        try await reply.begin(200)
        for version in [8, 9, 10] {
          let bookmark = #"{"metadata":{"resourceVersion":"\#(version)"},"endpoints":null}"#
          try await reply.chunk(Self.event("BOOKMARK", bookmark).utf8)
        }
        try await reply.end()
      case 3:
        try folder.write("token", "t2")
        try await reply.recording("status-401")
      case 4:
        try await reply.begin(200)
        try await reply.chunk(Self.event("DELETED", Self.object("a", "1", 11)).utf8)
        try await reply.end()
      case 5: try await reply.recording("status-410-list-exact")
      case 6:
        try await reply.begin(200)
        try await reply.chunk(Self.event("MODIFIED", Self.object("b", "3", 21)).utf8)
        try await reply.chunk(Self.goneEvent.utf8)
        try await reply.end()
      default:
        try await reply.begin(200)
        try await reply.chunk("no JSON\n".utf8)
      }
    }
    let client = KubernetesClient.of(
      server, credentials: Credentials(method: .tokenFile(TokenFile(path: path))))
    var events: [WatchEvent<EndpointSlice>] = []
    for await event in client.watchEndpointSlices(of: "s", namespace: "demo", seed: 1) {
      events.append(event)
      if case .interrupted(let error) = event, error.kind == .notKubernetes { break }
    }
    var changes: [ObjectChange<EndpointSlice>] = []
    var troubles: [KubernetesError.Kind] = []
    for event in events {
      switch event {
      case .change(let change): changes.append(change)
      case .interrupted(let error): troubles.append(error.kind)
      }
    }
    #expect(
      changes == [
        .listed([Self.slice("a", "1")]), .applied(Self.slice("b", "1")),
        .deleted(Self.slice("a", "1")), .listed([Self.slice("b", "2")]),
        .applied(Self.slice("b", "3")), .listed([]),
      ])
    #expect(troubles == [.unreachable, .notKubernetes])
    let asked = server.requests.filter { $0.parameter("watch") != nil }
    #expect(
      asked.map { $0.parameter("resourceVersion") } == ["5", "6", "10", "10", "11", "20", "40"])
    #expect(asked.allSatisfy { $0.parameter("allowWatchBookmarks") == "true" })
    let seconds = asked.map { $0.parameter("timeoutSeconds").flatMap { Int($0) } ?? 0 }
    #expect(seconds.allSatisfy { (300...600).contains($0) })
    let tokens = asked.map { $0.header("authorization") ?? "" }
    #expect(tokens.prefix(4) == ["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"])
  }

  @Test("a recorded watch: what the reader makes of it")
  func recording() async throws {
    let body = try Fixture.named("watch-endpointslices").body
    let watches = Counter()
    let server = try await ScriptedServer { request, reply in
      if request.parameter("watch") == nil {
        try await reply.recording("endpointslices-list-headless")
      } else if watches.next() == 1 {
        try await reply.begin(200)
        try await reply.chunk(body)
        try await reply.end()
      } else {
        try await reply.recording("status-403-watch")
      }
    }
    var slices: [String: EndpointSlice] = [:]
    var end: KubernetesError?
    let client = KubernetesClient.of(server)
    for await event in client.watchEndpointSlices(of: "greeter-headless", namespace: "demo") {
      switch event {
      case .change(.listed(let all)):
        slices = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
      case .change(.applied(let slice)): slices[slice.name] = slice
      case .change(.deleted(let slice)): slices[slice.name] = nil
      case .interrupted(let error): end = error
      }
      if end != nil { break }
    }
    #expect(slices.keys.sorted() == ["greeter-headless-abc12"])
    #expect(end?.kind == .forbidden)
    #expect(end?.tried == "to watch endpointslices in namespace demo")
    #expect(end?.next?.contains("lbcheck rbac") == true)
    #expect(server.requests.last?.parameter("resourceVersion") == "260")
  }

  @Test("Endpoints are watched by name")
  func endpoints() async throws {
    let server = try await ScriptedServer { request, reply in
      if request.parameter("watch") == nil {
        try await reply.whole(200, Self.list([], 3))
      } else {
        try await reply.begin(200)
        try await reply.chunk(try Fixture.named("watch-endpoints").body)
      }
    }
    let client = KubernetesClient.of(server)
    var names: [String] = []
    for await event in client.watchEndpoints("greeter-headless", namespace: "demo") {
      guard case .change(let change) = event else { break }
      if case .applied(let endpoints) = change {
        names.append(endpoints.name)
        break
      }
    }
    #expect(names == ["greeter-headless"])
    #expect(
      server.requests.allSatisfy {
        $0.parameter("fieldSelector") == "metadata.name%3Dgreeter-headless"
      })
  }

  @Test("a watch ends with its reader's task and with the client")
  func endings() async throws {
    let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
    let server = try await ScriptedServer { request, reply in
      if request.parameter("watch") == nil {
        try await reply.whole(200, Self.list([], 3))
      } else {
        try await reply.begin(200)
        arrived.yield()
      }
    }
    var iterator = arrivals.makeAsyncIterator()
    for isCancelled in [true, false] {
      let client = KubernetesClient.of(server)
      let reader = Task {
        var count = 0
        for await _ in client.watchEndpointSlices(of: "s", namespace: "demo") { count += 1 }
        return count
      }
      await iterator.next()
      if isCancelled { reader.cancel() } else { client.shutDown() }
      #expect(await reader.value == 1)
    }
  }

  @Test("a server that is away and comes back is found again")
  func restart() async throws {
    let count = Counter()
    let server = try await ScriptedServer { request, reply in
      if request.parameter("watch") != nil { throw ScriptedReply.HangUp() }
      if count.next() < 12 { throw ScriptedReply.HangUp() }
      try await reply.whole(200, Self.list([Self.object("a", "1", 4)], 5))
    }
    let client = KubernetesClient.of(server)
    var interruptions = 0
    for await event in client.watchEndpointSlices(of: "s", namespace: "demo") {
      if case .change(let change) = event {
        #expect(change == .listed([Self.slice("a", "1")]))
        break
      }
      interruptions += 1
    }
    #expect(interruptions == 2)
  }
}
