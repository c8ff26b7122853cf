internal import Distribution
internal import Kubernetes
internal import Naming
internal import Reporting
internal import Resolution

/// What a run can see beside its channels: DNS and the Kubernetes API, each asked by an observer of its
/// own. What cannot be seen is said.
struct Sight {
  private var dns: (client: DNSClient, host: String, port: UInt16, endpoints: [Endpoint])?
  private var api: (service: ClusterService, set: EndpointSliceSet)?
  /// What could not be seen and why.
  private(set) var blind: [WatchReport.Blind] = []

  var seesAPI: Bool { api != nil }

  init(_ plan: DistributePlan) async {
    await openDNS(plan)
    await openAPI(plan)
  }

  private mutating func openDNS(_ plan: DistributePlan) async {
    if case .fixed = plan.target.kind { return }
    var lookup = plan.lookup
    lookup.resolver = .dns
    do throws(Problem) {
      guard case .dns(let host, let port) = try lookup.kind(of: plan.target), IPAddress(host) == nil
      else { return }
      let client = try await Names.dnsClient(asking: plan.target.nameServer ?? lookup.nameServer)
      let answer = await client.lookUp(host: host, port: port, .addresses)
      // Outside a cluster its names are unknown; a name that DNS is asked for by a channel may be
      // without pods for a while.
      if answer.outcome != .answered, plan.target.scheme != .dns {
        client.shutDown()
        blind.append(WatchReport.Blind(source: "dns", reason: "\(host): \(answer.outcome)"))
        return
      }
      dns = (client, host, port, answer.endpoints)
    } catch {
      blind.append(WatchReport.Blind(source: "dns", reason: error.cameBack))
    }
  }

  private mutating func openAPI(_ plan: DistributePlan) async {
    var lookup = plan.lookup
    lookup.resolver = .kubernetes
    do throws(Problem) {
      if case .dns(let host, _) = plan.target.kind, !ServiceReference.isService(dnsHost: host),
        plan.lookup.resolver != .kubernetes
      {
        blind.append(
          WatchReport.Blind(source: "kubernetes", reason: "\(host) is not the name of a Service"))
        return
      }
      guard case .kubernetes(let reference) = try lookup.kind(of: plan.target) else { return }
      let service = try ClusterService.open(reference, lookup, log: plan.stepLog)
      do throws(Problem) {
        let answer = try await service.lookUp(withLegacy: false)
        api = (service, answer.set)
      } catch {
        service.client.shutDown()
        throw error
      }
    } catch {
      blind.append(WatchReport.Blind(source: "kubernetes", reason: error.cameBack))
    }
  }

  /// A lane whose addresses are no pods: behind a virtual IP only answers tell of pods.
  func blind(_ lane: WatchLane) -> WatchReport.Blind? {
    guard let api else { return nil }
    let pods = Set(EndpointObserver.states(api.set).keys)
    let addresses = lane.backends.endpoints.flatMap(\.addresses).map(\.description)
    guard let first = addresses.first, !pods.isEmpty, pods.isDisjoint(with: addresses) else {
      return nil
    }
    return WatchReport.Blind(
      source: lane.name,
      reason:
        "\(first) is no pod but stands before the pods, as a ClusterIP does: none of them is ever in "
        + "the list, and which of them RPCs reach is known only from answers that name it")
  }

  /// Tells what is there already.
  func begin(_ recorder: WatchRecorder) {
    for address in (dns?.endpoints ?? []).flatMap(\.addresses) {
      recorder.record(TimelineEvent(.inDNS, at: 0, address: address.description))
    }
    if let api {
      EndpointObserver.tell(from: [:], to: EndpointObserver.states(api.set), at: 0, recorder)
    }
    recorder.update {
      $0.begin()
      return nil
    }
  }

  /// Observes until the task is cancelled.
  func run(_ recorder: WatchRecorder, interval: Duration) async {
    await withTaskGroup(of: Void.self) { tasks in
      if let dns {
        tasks.addTask {
          await DNSObserver(
            client: dns.client, host: dns.host, port: dns.port, interval: interval,
            recorder: recorder
          ).run(known: dns.endpoints)
        }
      }
      if let api {
        tasks.addTask {
          await EndpointObserver(
            client: api.service.client, service: api.service.reference.service,
            namespace: api.service.namespace, recorder: recorder
          ).run(api.set)
        }
      }
    }
  }

  func close() {
    dns?.client.shutDown()
    api?.service.client.shutDown()
  }
}
