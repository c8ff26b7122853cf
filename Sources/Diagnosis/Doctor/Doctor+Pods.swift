internal import Balancing
internal import Naming
internal import Protobuf
internal import Reporting
internal import Transport

extension DoctorPlan {
  /// How many addresses are dialled at the same time.
  private static let parallel = 8

  /// What clients connect to, and how.
  struct Addresses: Sendable {
    var addresses: [TransportAddress]
    var options: ChannelOptions
    var serverName: String
  }

  func addresses() async throws -> Addresses {
    let names = try await Names.open(target, lookup)
    defer { names.close() }
    let found = try await names.lookUp()
    if let problem = found.problem { throw problem }
    let run = run
    let backends = try await Backends(found, run)
    return Addresses(
      addresses: backends.endpoints.flatMap(\.addresses),
      options: ChannelOptions(
        policy: .pickFirst, profile: .go, authority: backends.authority(target),
        security: try run.clientSecurity(backends), request: request, seed: seed),
      serverName: backends.host(target))
  }

  /// Dials each address and asks it for its health, once.
  func examine(
    _ addresses: [TransportAddress], _ options: ChannelOptions
  ) async -> [PodExamination] {
    await withTaskGroup(of: (Int, PodExamination).self) { tasks in
      var waiting = addresses.enumerated().makeIterator()
      func start() {
        guard let (index, address) = waiting.next() else { return }
        tasks.addTask { (index, await examine(address, options)) }
      }
      for _ in 0..<Self.parallel { start() }
      var pods: [Int: PodExamination] = [:]
      for await (index, pod) in tasks {
        pods[index] = pod
        start()
      }
      return addresses.indices.compactMap { pods[$0] }
    }
  }

  private func examine(
    _ address: TransportAddress, _ options: ChannelOptions
  ) async -> PodExamination {
    var pod = PodExamination(address: address.description)
    do {
      let session = try await ProbeSession.open(
        options, to: [Endpoint(address)], within: request.timeout)
      let question = options.probe(
        "/grpc.health.v1.Health/Check", [], timeout: request.timeout)
      pod.health = PodExamination.Health(await session.call(question))
      pod.maxConcurrentStreams = await session.record?.maxConcurrentStreams
      await session.close()
    } catch let error as ProbeSession.NotConnected {
      pod.failure = error.failure ?? silence
    } catch {
      pod.failure = ConnectFailure(phase: .connect, cameBack: "\(error)", hint: "try again")
    }
    return pod
  }

  private var silence: ConnectFailure {
    ConnectFailure(
      phase: .connect, cameBack: "nothing, within \(request.timeout.inSeconds)",
      hint: "packets may be dropped on the way, or the server expects another protocol")
  }
}

extension ProbeSession.NotConnected {
  /// What the last attempt failed with.
  fileprivate var failure: ConnectFailure? {
    records.lazy.reversed().compactMap { record in
      if case .notConnected(let failure) = record.closing { failure } else { nil }
    }.first
  }
}

extension PodExamination.Health {
  /// - Parameter result: of `grpc.health.v1.Health/Check`.
  init(_ result: ProbeResult) {
    switch result {
    case .failure(.status(GRPCStatus.unimplemented.rawValue)): self = .unimplemented
    case .failure(.status(let code)):
      self = .unclear(GRPCStatus(rawValue: code)?.name ?? "status \(code)")
    case .failure(let failure): self = .unclear("\(failure)")
    case .success(let messages):
      guard let bytes = messages.first,
        let method = try? Schema.builtIn.method(named: "/grpc.health.v1.Health/Check"),
        let message = try? DynamicMessage(method.output, decoding: bytes),
        let field = try? FieldPath("status", in: method.output)
      else {
        self = .unclear("a response that is no HealthCheckResponse")
        return
      }
      let status = field.text(in: message) ?? "UNKNOWN"
      self = status == "SERVING" ? .serving : .notServing(status)
    }
  }
}
