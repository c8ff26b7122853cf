extension LabCluster {
  /// Why an action could not be carried out.
  package enum ActionFailure: Error, CustomStringConvertible {
    case noSuchPod(String, known: [String])
    case failed(String)

    package var description: String {
      switch self {
      case .noSuchPod(let name, let known):
        "no pod is named '\(name)'; now there are " + known.joined(separator: ", ")
      case .failed(let reason): reason
      }
    }
  }

  /// Returns when it has begun; of a restart when the last pod has been replaced.
  package func perform(_ action: LabAction) async throws(ActionFailure) {
    do {
      switch action {
      case .scale(let count): try await scale(to: count)
      case .restart: try await restart()
      case .kill(let pod, let ending): try await kill(pod: try index(of: pod), ending)
      case .drain(let pod): try await drain(pod: try index(of: pod))
      case .blackHole(let pod): try await blackHole(pod: try index(of: pod))
      case .revive(let pod): try await revive(pod: try index(of: pod))
      case .setReady(let isReady, let pod): try setReady(isReady, pod: try index(of: pod))
      }
    } catch let failure as ActionFailure {
      throw failure
    } catch {
      throw .failed("\(error)")
    }
  }

  /// Carries out a schedule that begins now. Returns when all of it has been, or at the task's
  /// cancellation. A restart goes on while later steps come.
  /// - Parameter failed: told of steps that could not be carried out; the others are.
  package nonisolated func run(
    _ schedule: LabSchedule,
    failed: @escaping @Sendable (LabSchedule.Step, ActionFailure) -> Void
  ) async {
    let start = ContinuousClock.now
    await withDiscardingTaskGroup { group in
      for step in schedule.steps {
        do {
          try await Task.sleep(until: start + step.time, clock: .continuous)
        } catch {
          return
        }
        let perform: @Sendable () async -> Void = {
          do throws(ActionFailure) {
            try await self.perform(step.action)
          } catch {
            // The end of the lab is no failure.
            if !Task.isCancelled { failed(step, error) }
          }
        }
        if step.action == .restart { group.addTask { await perform() } } else { await perform() }
      }
    }
  }

  private func index(of name: String) throws(ActionFailure) -> Int {
    let pods = pods
    guard let index = pods.firstIndex(where: { $0.name == name }) else {
      throw .noSuchPod(name, known: presentPods().map { pods[$0].name })
    }
    return index
  }
}
