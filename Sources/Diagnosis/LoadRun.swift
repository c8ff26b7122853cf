internal import Naming
internal import Reporting
internal import Transport

/// The channels of a run on their event loops, from the first look-up to the last answer.
struct LoadRun {
  private let group: LoopGroup
  fileprivate let workers: [LoopBound<LoadWorker>]
  private let earlyEnd: EarlyEnd?

  /// Sends the load over channels that are fed by these resolvers, one per channel, and counts.
  /// - Parameter settings: of the worker that carries a share of the load.
  static func counts(
    load: Load, sources: [any NameSource], control: RunControl, earlyEnd: EarlyEnd? = nil,
    settings: @escaping @Sendable (LoadShare) -> LoadWorker.Settings
  ) async throws -> Counts {
    let group = LoopGroup(count: min(load.channels, load.concurrency, LoopGroup.cores))
    var workers: [LoopBound<LoadWorker>] = []
    for (index, share) in load.shares(loops: group.count).enumerated() {
      workers.append(
        try await group.make(on: index) { loop in
          LoadWorker(
            on: loop, settings(share), reResolve: { sources[$0].reResolve() },
            beginAnew: { sources[$0].beginAnew() })
        })
    }
    let run = LoadRun(group: group, workers: workers, earlyEnd: earlyEnd)
    do {
      let counts = try await run.counts(sources, control)
      await group.shutDown()
      return counts
    } catch {
      await group.shutDown()
      throw error
    }
  }

  private func counts(_ sources: [any NameSource], _ control: RunControl) async throws -> Counts {
    let workers = workers
    control.attach(
      stop: { for worker in workers { worker.cast { $0.stop() } } },
      progress: {
        var parts: [Progress.Part] = []
        for worker in workers {
          guard let part = try? await worker.call({ $0.progress }) else { return nil }
          parts.append(part)
        }
        return Progress(parts)
      })
    defer { control.detach() }
    // Discarding: a task is gone when its source has nothing more to say, as lists of addresses do.
    return try await withThrowingDiscardingTaskGroup { tasks in
      for (number, source) in sources.enumerated() {
        let worker = workers[number % workers.count]
        let index = number / workers.count
        // A task each for thousands of channels costs kilobytes, and these have one thing to say.
        if let endpoints = source.fixedEndpoints {
          worker.cast { $0.resolved(.endpoints(endpoints), channel: index) }
          continue
        }
        tasks.addTask {
          for await update in source.updates {
            worker.cast { $0.resolved(update, channel: index) }
          }
        }
      }
      await phase { $0.beginWarmUp(then: $1) }
      if !control.isStopped { await phase { $0.identify(then: $1) } }
      var isAnswered = false
      for worker in workers where try await worker.call({ $0.isWarm }) { isAnswered = true }
      // An interrupted run has a window too: an empty one, so that no warm-up counts as measured.
      var counts =
        isAnswered || control.isStopped
        ? try await window(endsAtChange: true) : try await collect()
      var earlierChanges = 0
      if counts.listChanges > 0, !control.isStopped {
        earlierChanges = counts.listChanges
        // Once more, with what the list is now: counts of two sets of pods say nothing about either.
        await phase { $0.beginWarmUp(then: $1) }
        counts = try await window(endsAtChange: false)
      }
      let decidedAt = counts.decidedAt
      // Connections that the window has opened.
      if !control.isStopped {
        await phase { $0.identify(then: $1) }
        counts = try await collect()
      }
      counts.earlierChanges = earlierChanges
      counts.decidedAt = decidedAt
      counts.watchTrouble = sources.lazy.compactMap(\.trouble).first
      for worker in workers { try await worker.call { $0.shutDown() } }
      for source in sources { source.stop() }
      tasks.cancelAll()
      return counts
    }
  }

  private func window(endsAtChange: Bool) async throws -> Counts {
    let window = LoadWindow(run: self, endsAtChange: endsAtChange)
    // After a change of the list it is not known what its addresses are: that takes the whole load.
    guard let earlyEnd, endsAtChange else {
      await window.send(isFirst: true)
      return try await collect()
    }
    return try await earlyEnd.run(window)
  }

  /// Runs one phase on all loops and waits until the last of them is through.
  fileprivate func phase(
    _ begin: @escaping @Sendable (LoadWorker, @escaping @Sendable () -> Void) -> Void
  ) async {
    await withTaskGroup(of: Void.self) { tasks in
      for worker in workers {
        tasks.addTask {
          await withCheckedContinuation { continuation in
            worker.cast { begin($0) { continuation.resume() } }
          }
        }
      }
    }
  }

  fileprivate func collect() async throws -> Counts {
    var counts = Counts()
    for worker in workers { counts.add(try await worker.call { $0.finish() }) }
    counts.connections.sort { $0.record.startedAt < $1.record.startedAt }
    return counts
  }
}

/// The window of a run as a whole.
private struct LoadWindow: MeasuringWindow {
  let run: LoadRun
  let endsAtChange: Bool

  func send(isFirst: Bool) async {
    let endsAtChange = endsAtChange
    await run.phase {
      if isFirst {
        $0.beginWindow(endsAtChange: endsAtChange, then: $1)
      } else {
        $0.resumeWindow(then: $1)
      }
    }
  }

  func counts() async throws -> Counts { try await run.collect() }

  func endEarly() async -> Bool {
    var isEarly = false
    for worker in run.workers where (try? await worker.call({ $0.endWindow() })) == true {
      isEarly = true
    }
    return isEarly
  }
}

/// One channel's source of addresses: a resolver of its own, as every client process has one.
protocol NameSource: Sendable {
  var updates: AsyncStream<ResolverUpdate> { get }
  /// What it will ever say; nil where `updates` says more.
  var fixedEndpoints: [Endpoint]? { get }
  func reResolve()
  /// Looks up at once, as a new source would. False where it has nothing newer to say.
  func beginAnew() -> Bool
  func stop()
  /// Why it could hear of nothing new at the end; nil where it could.
  var trouble: Problem? { get }
}

extension NameSource {
  var fixedEndpoints: [Endpoint]? { nil }
  var trouble: Problem? { nil }
  func beginAnew() -> Bool { false }
}
