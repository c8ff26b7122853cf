internal import Distribution
internal import Naming
package import Reporting
private import Synchronization
internal import Transport

/// Watches how scaling reaches a client with this target and policy: a channel per resolver under a
/// steady load, and observers of DNS and the Kubernetes API beside them.
///
/// Throws a `Problem` where nothing could be measured.
/// - Parameter started: is given the recorder once the channels are about to connect.
package func watch(
  _ plan: WatchPlan, control: RunControl = RunControl(),
  started: @Sendable (WatchRecorder, WatchReport.Head) -> Void = { _, _ in }
) async throws -> WatchReport {
  var lanes: [WatchLane] = []
  defer { for lane in lanes { lane.names.close() } }
  let resolvers: [LookupOptions.Resolver?] = plan.resolvers.isEmpty ? [nil] : plan.resolvers
  for resolver in resolvers { lanes.append(try await WatchLane.open(plan.run, resolver)) }
  let sight = await Sight(plan.run)
  defer { sight.close() }
  let recorder = WatchRecorder(Timeline(lanes: lanes.map(\.name), seesAPI: sight.seesAPI))
  defer { recorder.finish() }
  let head = WatchReport.Head(plan, recorder, blind: sight.blind + lanes.compactMap(sight.blind))
  control.begin()
  started(recorder, head)
  sight.begin(recorder)
  let end = try await carry(lanes, sight, plan, recorder, control)
  return WatchReport.make(plan, head, recorder, end)
}

/// How a watch came to its end.
struct WatchEnd: Sendable {
  var time: Int64 = 0
  var interrupted = false
  /// Whether everything agreed before the limit; nil where nobody waited for that.
  var settled: Bool?
  /// At the limit.
  var disagreements: [Disagreement] = []
  var outcome: WatchPlan.Outcome?
}

private func carry(
  _ lanes: [WatchLane], _ sight: Sight, _ plan: WatchPlan, _ recorder: WatchRecorder,
  _ control: RunControl
) async throws -> WatchEnd {
  let gate = Gate()
  let beginning = Beginning(of: lanes.count)
  return try await withThrowingTaskGroup(of: Void.self) { tasks in
    for (index, lane) in lanes.enumerated() {
      tasks.addTask { try await lane.run(index, plan, recorder, beginning) { await gate.wait() } }
    }
    let observers = Task { await sight.run(recorder, interval: plan.dnsInterval) }
    defer { observers.cancel() }
    let course = Course(plan: plan, recorder: recorder, control: control, beginning: beginning)
    let ended: Result<WatchEnd, any Error>
    do {
      ended = .success(try await course.untilOver())
    } catch {
      ended = .failure(error)
    }
    let time = recorder.time()
    gate.open()
    try await tasks.waitForAll()
    var end = try ended.get()
    end.time = time
    recorder.update {
      $0.conclude()
      return nil
    }
    return end
  }
}

/// Lets everybody through once it is open.
private final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
    (false, []))

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
