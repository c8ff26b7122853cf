internal import Balancing
internal import Transport

/// Asks about many connections of one event loop, some at a time, as long as something answers, and
/// is done by a deadline whatever the servers do. Confined to that loop.
final class ChannelzSurvey {
  /// Connections looked at on one event loop; the others stay unknown.
  static let largestCount = 256
  /// Without any answer.
  static let patience = Duration.seconds(2)
  static let timeLimit = Duration.seconds(10)
  private static let concurrency = 32

  private let context: LoopContext
  private let options: ChannelOptions
  private let deadline: MonotonicTime
  private var lastAnswer: MonotonicTime
  private let onEnd: ([Int: ChannelzWalk.Outcome]) -> Void
  private var waiting: ArraySlice<Int>
  private var walks: [Int: ChannelzWalk] = [:]
  private var outcomes: [Int: ChannelzWalk.Outcome] = [:]

  /// `onEnd` gets the outcome by connection, once.
  init(
    _ connections: [Int], _ context: LoopContext, _ options: ChannelOptions,
    onEnd: @escaping ([Int: ChannelzWalk.Outcome]) -> Void
  ) {
    self.context = context
    self.options = options
    self.onEnd = onEnd
    lastAnswer = .now()
    deadline = lastAnswer + Self.timeLimit
    waiting = connections[...]
  }

  func start() {
    guard !waiting.isEmpty else { return onEnd([:]) }
    fill()
  }

  private func fill() {
    while walks.count < Self.concurrency, let connection = waiting.popFirst() {
      guard remaining > .zero else {
        outcomes[connection] = .silent
        continue
      }
      walks[connection] = ChannelzWalk(local: context.connectionRecords[connection].local)
      ask(ChannelzWalk.first, on: connection)
    }
    if walks.isEmpty, waiting.isEmpty { onEnd(outcomes) }
  }

  private var remaining: Duration {
    min(lastAnswer + Self.patience, deadline) - MonotonicTime.now()
  }

  private func ask(_ call: ChannelzWalk.Call, on connection: Int) {
    let (path, message) = ChannelzMessages.request(call)
    let probe = options.probe(path, message, timeout: max(.zero, remaining))
    context.probe(probe, on: connection) { result in
      self.received(result, to: call, on: connection)
    }
  }

  private func received(_ result: ProbeResult, to call: ChannelzWalk.Call, on connection: Int) {
    if result != .failure(.deadline) { lastAnswer = .now() }
    guard let step = walks[connection]?.received(result, to: call) else { return }
    switch step {
    case .wait: break
    case .calls(let calls): for call in calls { ask(call, on: connection) }
    case .done(let outcome):
      walks[connection] = nil
      outcomes[connection] = outcome
      fill()
    }
  }
}
