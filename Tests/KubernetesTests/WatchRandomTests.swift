import Naming
import Testing

@testable import Kubernetes

/// A server in memory: objects with a history, of which it forgets the beginning.
private struct ModelServer {
  private enum Change {
    case applied, deleted
  }

  private(set) var objects: [String: EndpointSlice] = [:]
  private var history: [(version: Int, change: Change, slice: EndpointSlice)] = []
  private(set) var version = 1
  /// Watches from before it are answered with 410.
  private var oldest = 1

  mutating func change(_ generator: inout SplitMix64) {
    version += 1
    let name = "slice-\(Int.random(in: 0..<8, using: &generator))"
    if let slice = objects[name], Int.random(in: 0..<3, using: &generator) == 0 {
      objects[name] = nil
      history.append((version, .deleted, slice))
      return
    }
    let slice = EndpointSlice(
      name: name, addressType: .ipv4, ports: [.init(name: "grpc", number: 50051)],
      members: [.init(addresses: ["10.0.0.\(version % 250)"], ready: true, pod: "pod-\(version)")])
    objects[name] = slice
    history.append((version, .applied, slice))
  }

  mutating func forget() { oldest = version }

  /// Changes in other Services: the version moves and nothing is to be seen.
  mutating func idle() { version += 10 }

  var sorted: [EndpointSlice] { objects.values.sorted { $0.name < $1.name } }

  func remembers(_ version: Int) -> Bool { version >= oldest }

  /// What a watch sends, as JSON lines, the last of them a bookmark.
  func lines(from version: Int) -> [UInt8] {
    var text = ""
    for entry in history where entry.version > version {
      // A deleted object carries the version of its deletion.
      let type = entry.change == .deleted ? "DELETED" : "MODIFIED"
      text += #"{"type":"\#(type)","object":\#(Self.json(entry.slice, entry.version))}"# + "\n"
    }
    text += #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(self.version)"},"#
    text += #""endpoints":null,"ports":null}}"# + "\n"
    return Array(text.utf8)
  }

  private static func json(_ slice: EndpointSlice, _ version: Int) -> String {
    let members = slice.members.map {
      #"{"addresses":["\#($0.addresses[0])"],"conditions":{"ready":true},"#
        + #""targetRef":{"kind":"Pod","name":"\#($0.pod ?? "")"}}"#
    }
    return #"{"metadata":{"name":"\#(slice.name)","resourceVersion":"\#(version)"},"#
      + #""addressType":"IPv4","endpoints":[\#(members.joined(separator: ","))],"#
      + #""ports":[{"name":"grpc","port":50051}]}"#
  }
}

/// What a reader makes of the events.
private struct Reader {
  var objects: [String: EndpointSlice] = [:]
  var interruptions = 0
  var lists = 0
  var changes: [EndpointSlice] = []

  mutating func handle(_ event: WatchEvent<EndpointSlice>) {
    switch event {
    case .change(.listed(let slices)):
      objects = Dictionary(uniqueKeysWithValues: slices.map { ($0.name, $0) })
      lists += 1
      changes = []
    case .change(.applied(let slice)):
      objects[slice.name] = slice
      changes.append(slice)
    case .change(.deleted(let slice)): objects[slice.name] = nil
    case .interrupted: interruptions += 1
    }
  }
}

@Suite("Watches through random troubles")
struct WatchRandomTests {
  private typealias Session = WatchSession<EndpointSlice>

  private func failure(_ kind: KubernetesError.Kind) -> APIFailure {
    APIFailure(error: KubernetesError(kind, tried: "to watch", cameBack: "no"))
  }

  private func input(_ line: [UInt8]) throws -> Session.Input {
    switch try decoded(WatchLine<EndpointSliceObject>.self, line).get() {
    case .applied(let object): .applied(object.value, version: object.metadata.resourceVersion)
    case .deleted(let object): .deleted(object.value, version: object.metadata.resourceVersion)
    case .bookmark(let version): .bookmark(version: version)
    case .error, .unknown: .failed(failure(.gone))
    }
  }

  @Test("the reader ends with the server's list, and no change comes twice", arguments: 0..<200)
  func sequence(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var server = ModelServer()
    var reader = Reader()
    var session = Session(firstPause: .milliseconds(800), seed: seed)
    var step = session.first
    var splitter = LineSplitter(limit: 100_000)
    /// What the server has sent and the reader has not received.
    var wire: ArraySlice<UInt8> = []
    /// Whether what it sends is all that there will be.
    var isLast = false

    func handle(_ input: Session.Input) {
      let output = session.handle(input)
      if let event = output.event { reader.handle(event) }
      step = output.step
    }

    let rounds = 1000
    rounds: for round in 0... {
      let isQuiet = round >= rounds
      try #require(round < rounds + 2000, "no end")
      if !isQuiet {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<6: server.change(&generator)
        case 6: server.idle()
        case 7: server.forget()
        default: break
        }
      }
      switch step {
      case .list:
        if !isQuiet, Bool.random(using: &generator) {
          handle(.listFailed(failure(.serverError)))
        } else {
          handle(.listed(server.sorted, version: "\(server.version)"))
        }
      case .wait: handle(.waited)
      case .watch(let text, _):
        let version = try #require(Int(text))
        splitter = LineSplitter(limit: 100_000)
        if !server.remembers(version) {
          if Bool.random(using: &generator) {
            handle(.broken(failure(.gone)))
          } else {
            // The status of the watch was 200, and the event comes first.
            handle(.failed(failure(.gone)))
          }
        } else {
          wire = server.lines(from: version)[...]
          isLast = isQuiet
          step = .read
        }
      case .read:
        if let line = try splitter.next() {
          handle(try input(line))
        } else if !isQuiet, Int.random(in: 0..<15, using: &generator) == 0 {
          // In the middle of an event or not: what is left of it is dropped.
          wire = []
          handle(.broken(failure(.unreachable)))
        } else if wire.isEmpty, isLast {
          break rounds
        } else if wire.isEmpty {
          handle(.ended(after: .seconds(Int.random(in: 0...2, using: &generator))))
        } else {
          let count = Int.random(in: 1...min(wire.count, 300), using: &generator)
          splitter.append(Array(wire.prefix(count)))
          wire = wire.dropFirst(count)
        }
      }
    }
    #expect(reader.objects.values.sorted { $0.name < $1.name } == server.sorted)
    #expect(reader.lists > 0)
    #expect(Set(reader.changes).count == reader.changes.count)
  }
}
