internal import Balancing
internal import Naming
internal import Protobuf
internal import Reporting
internal import Transport

/// The messages of the method that is to be called, and how many RPCs it took to learn them.
struct MethodLookup {
  let method: Method
  private(set) var probes = 0

  /// From lbcheck's own tables, or else from the server's reflection over a connection of its own:
  /// with the security, authority and metadata of the load. Connecting may take `--timeout`, and so
  /// may all questions together.
  init(_ plan: DistributePlan, _ backends: Backends) async throws {
    if let method = try? Schema.builtIn.method(named: plan.request.path) {
      self.method = method
      return
    }
    let options = try plan.channelOptions(backends, policy: .pickFirst)
    let timeout = plan.request.timeout
    let session: ProbeSession
    do {
      session = try await .open(options, to: backends.endpoints, within: timeout)
    } catch let error as ProbeSession.NotConnected {
      throw Problem.nothingConnected(error.records, timeout: timeout)
    }
    let address = await session.record?.target.description
    plan.stepLog?("asking server reflection on \(address ?? "?") about \(plan.request.path)")
    let answer = await Self.ask(session, options, plan.request.path, timeout)
    await session.close()
    do {
      method = try answer.result.get()
    } catch {
      throw Problem(error, plan, on: address)
    }
    probes = answer.probes
  }

  private static func ask(
    _ session: ProbeSession, _ options: ChannelOptions, _ path: String, _ timeout: Duration
  ) async -> (result: Result<Method, ReflectionWalk.Failure>, probes: Int) {
    let deadline = MonotonicTime.now() + timeout
    var walk = ReflectionWalk(path: path)
    var questions = [walk.first]
    var probes = 0
    while true {
      probes += questions.count
      let answers = await round(questions, walk.version, session, options, deadline)
      do throws(ReflectionWalk.Failure) {
        switch try walk.received(answers) {
        case .ask(let next): questions = next
        case .found(let method): return (.success(method), probes)
        }
      } catch {
        return (.failure(error), probes)
      }
    }
  }

  /// Asks everything at once; the answers are in the order of the questions.
  private static func round(
    _ questions: [ReflectionWalk.Question], _ version: ReflectionWalk.Version,
    _ session: ProbeSession, _ options: ChannelOptions, _ deadline: MonotonicTime
  ) async -> [(question: ReflectionWalk.Question, result: ProbeResult)] {
    let left = Duration.nanoseconds(deadline.nanoseconds - MonotonicTime.now().nanoseconds)
    return await withTaskGroup(of: (Int, ProbeResult).self) { tasks in
      for (index, question) in questions.enumerated() {
        let (path, message) = ReflectionMessages.request(question, version)
        let probe = options.probe(path, message, timeout: max(.zero, left))
        tasks.addTask { (index, await session.call(probe)) }
      }
      var results: [Int: ProbeResult] = [:]
      for await (index, result) in tasks { results[index] = result }
      return questions.indices.map { (questions[$0], results[$0] ?? .failure(.lost)) }
    }
  }
}
