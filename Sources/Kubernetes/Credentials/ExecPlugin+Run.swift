private import FoundationEssentials
private import Subprocess
private import SystemPackage

extension ExecPlugin {
  /// How much of its standard error is worth showing, in bytes.
  private static let errorLimit = 2048
  private static let outputLimit = 1024 * 1024

  /// Runs the program to its end, or kills it with all that it started.
  func run(timeout: Duration) async throws(KubernetesError) -> ExecCredential {
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { await spawn() }
      group.addTask {
        do { try await Task.sleep(for: timeout) } catch { return .stopped }
        return .hangs
      }
      let first = await group.next() ?? .stopped
      group.cancelAll()
      return first
    }
    switch outcome {
    case .ended(let output, let errors, let status):
      guard status.isSuccess else {
        let words = errors.trimmed
        throw failure(status.words + (words.isEmpty ? "" : ": \(words)"))
      }
      return try ExecCredential(output, of: self)
    case .chatty: throw failure("its output is larger than \(Self.outputLimit) bytes")
    case .hangs: throw failure("no answer within \(timeout)")
    case .stopped: throw failure("cancelled")
    case .missing:
      throw failure(
        "there is no such program, or it may not be run",
        next: installHint?.trimmed ?? "Install \(command), or correct its path in \(place)")
    case .failed(let message): throw failure(message)
    }
  }

  func failure(_ message: String, next: String? = nil) -> KubernetesError {
    KubernetesError(
      .credentials, tried: "to get credentials for the user '\(user)' from the plugin '\(command)'",
      on: place, cameBack: message,
      next: next ?? "Run the plugin by hand, or kubectl with the same kubeconfig, and see it work")
  }

  private enum Outcome: Sendable {
    case ended([UInt8], String, TerminationStatus)
    case chatty
    case hangs
    case stopped
    case missing
    case failed(String)
  }

  private func spawn() async -> Outcome {
    var variables: [Environment.Key: String?] = ["KUBERNETES_EXEC_INFO": request]
    for variable in environment {
      if let key = Environment.Key(rawValue: variable.name) {
        variables[key] = variable.value.revealed
      }
    }
    var options = PlatformOptions()
    // A group of its own, so that what it started goes with it.
    options.processGroupID = 0
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        command.contains("/") ? .path(FilePath(command)) : .name(command),
        arguments: Arguments(arguments.map(\.revealed)),
        environment: .inherit.updating(variables), platformOptions: options,
        input: .none, output: .bytes(limit: Self.outputLimit), error: .sequence
      ) { execution in
        var kept: [UInt8] = []
        for try await chunk in execution.standardError {
          chunk.withUnsafeBytes { kept += $0.prefix(Self.errorLimit - kept.count) }
        }
        return String(decoding: kept, as: UTF8.self)
      }
      return .ended(result.standardOutput, result.closureResult, result.terminationStatus)
    } catch let error as SubprocessError {
      switch error.code {
      case .executableNotFound: return .missing
      case .outputLimitExceeded: return .chatty
      default: return .failed(error.description)
      }
    } catch {
      return .stopped
    }
  }
}

extension TerminationStatus {
  fileprivate var words: String {
    switch self {
    case .exited(let code): "it ended with exit status \(code)"
    case .signaled(let signal): "it was killed by signal \(signal)"
    }
  }
}
