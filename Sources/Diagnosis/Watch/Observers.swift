internal import Distribution
internal import Kubernetes
internal import Naming
internal import Resolution

/// Asks DNS for itself, at a polite rate, so that the report can say when a pod was there to be found:
/// no channel hears of it.
struct DNSObserver: Sendable {
  let client: DNSClient
  let host: String
  let port: UInt16
  let interval: Duration
  let recorder: WatchRecorder

  /// Goes on until the task is cancelled.
  func run(known: [Endpoint]) async {
    var known = Set(known.flatMap(\.addresses).map(\.description))
    var isOut = false
    while !Task.isCancelled {
      try? await Task.sleep(for: interval)
      let asked = recorder.time()
      let answer = await client.lookUp(host: host, port: port, .addresses)
      guard !Task.isCancelled else { return }
      switch answer.outcome {
      case .answered, .noData, .nameError:
        if isOut { recorder.record(TimelineEvent(.recovered(.dns), at: recorder.time())) }
        isOut = false
      default:
        if !isOut {
          recorder.record(
            TimelineEvent(.outage(.dns, answer.outcome.description), at: recorder.time()))
        }
        isOut = true
        continue
      }
      let now = Set(answer.endpoints.flatMap(\.addresses).map(\.description))
      // The answer shows the state at about the time of the question.
      for address in now.subtracting(known).sorted() {
        recorder.record(TimelineEvent(.inDNS, at: asked, address: address))
      }
      for address in known.subtracting(now).sorted() {
        recorder.record(TimelineEvent(.leftDNS, at: asked, address: address))
      }
      known = now
    }
  }
}

/// Watches the Service's EndpointSlices for itself.
struct EndpointObserver: Sendable {
  let client: KubernetesClient
  let service: String
  let namespace: String
  let recorder: WatchRecorder

  /// By address.
  typealias States = [String: ServiceEndpoint]

  static func states(_ set: EndpointSliceSet) -> States {
    var states: States = [:]
    for endpoint in set.endpoints {
      for address in endpoint.addresses { states[address.description] = endpoint }
    }
    return states
  }

  /// Goes on until the task is cancelled.
  func run(_ set: EndpointSliceSet) async {
    var set = set
    var known = Self.states(set)
    var isOut = false
    for await event in client.watchEndpointSlices(of: service, namespace: namespace) {
      switch event {
      case .interrupted(let error):
        if !isOut {
          recorder.record(
            TimelineEvent(.outage(.kubernetes, error.cameBack), at: recorder.time()))
        }
        isOut = true
      case .change(let change):
        let time = recorder.time()
        if isOut { recorder.record(TimelineEvent(.recovered(.kubernetes), at: time)) }
        isOut = false
        set.apply(change)
        let now = Self.states(set)
        Self.tell(from: known, to: now, at: time, recorder)
        known = now
      }
    }
  }

  static func tell(from old: States, to new: States, at time: Int64, _ recorder: WatchRecorder) {
    func record(_ kind: TimelineEvent.Kind, _ address: String, _ pod: String?) {
      recorder.record(TimelineEvent(kind, at: time, address: address, pod: pod))
    }
    for (address, endpoint) in old.sorted(by: { $0.key < $1.key }) where new[address] == nil {
      record(.gone, address, endpoint.pod)
    }
    for (address, endpoint) in new.sorted(by: { $0.key < $1.key }) {
      let before = old[address]
      // Another pod with the address of one that is gone.
      if let before, before.pod != endpoint.pod { record(.gone, address, before.pod) }
      let isSame = before?.pod == endpoint.pod
      if endpoint.ready, !(isSame && before?.ready == true) {
        record(.ready, address, endpoint.pod)
      }
      if endpoint.terminating, !(isSame && before?.terminating == true) {
        record(.terminating, address, endpoint.pod)
      } else if !endpoint.ready, isSame, before?.ready == true {
        record(.notReady, address, endpoint.pod)
      }
    }
  }
}
