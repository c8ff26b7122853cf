import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// The user's own program, with our standard input, output and error. Signals that come to lbcheck go on
/// to it; where it has not ended some time after the first one it is killed.
///
/// It gets a process group of its own, so that what it started goes with it, unless standard input is a
/// terminal: only the group in the foreground may read that, and gets Ctrl-C from the kernel.
struct ChildProgram {
  enum End: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
    case missing
    case notRun(String)
  }

  /// Not empty.
  let command: [String]
  /// Added to our own.
  let environment: [String: String]
  let grace: Duration

  /// What is known of the process, and what came before it was there.
  private final class Process: Sendable {
    private struct State {
      var id: pid_t?
      var waiting: [Int32] = []
    }

    let hasGroup = isatty(STDIN_FILENO) == 0
    private let state = Mutex(State())

    func started(_ id: pid_t) {
      state.withLock { state in
        state.id = id
        for signal in state.waiting { send(signal, to: id) }
      }
    }

    func ended() {
      state.withLock { state in
        if hasGroup, let id = state.id { kill(-id, SIGKILL) }
        state.id = nil
      }
    }

    func send(_ signal: Int32) {
      state.withLock { state in
        if let id = state.id {
          send(signal, to: id)
        } else {
          state.waiting.append(signal)
        }
      }
    }

    private func send(_ signal: Int32, to id: pid_t) {
      // What Ctrl-C sends it has already.
      if !hasGroup, signal == SIGINT { return }
      kill(hasGroup ? -id : id, signal)
    }
  }

  /// Runs it to its end.
  /// - Parameter received: called with every signal that came.
  func run(_ signals: Signals, received: @escaping @Sendable (Int32) -> Void) async -> End {
    let process = Process()
    let forwarding = Task { [grace, stream = signals.stream] in
      var deadline: Task<Void, Never>?
      for await signal in stream {
        received(signal)
        process.send(signal)
        deadline =
          deadline
          ?? Task {
            guard (try? await Task.sleep(for: grace)) != nil else { return }
            process.send(SIGKILL)
          }
      }
      deadline?.cancel()
    }
    defer { forwarding.cancel() }
    let end = await spawn(process)
    process.ended()
    return end
  }

  private func spawn(_ process: Process) async -> End {
    var options = PlatformOptions()
    if process.hasGroup { options.processGroupID = 0 }
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in environment {
      if let key = Environment.Key(rawValue: name) { variables[key] = value }
    }
    let name = command[0]
    do {
      let result = try await Subprocess.run(
        name.contains("/") ? .path(FilePath(name)) : .name(name),
        arguments: Arguments(Array(command.dropFirst())),
        environment: .inherit.updating(variables), platformOptions: options,
        input: .currentStandardInput, output: .currentStandardOutput,
        error: .currentStandardError
      ) { process.started($0.processIdentifier.value) }
      switch result.terminationStatus {
      case .exited(let code): return .exited(code)
      case .signaled(let signal): return .killed(signal: signal)
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return name.contains("/") && access(name, F_OK) == 0
        ? .notRun("it may not be executed") : .missing
    } catch let error as SubprocessError {
      return .notRun(error.underlyingError.map { "\($0)" } ?? "\(error)")
    } catch {
      return .notRun("\(error)")
    }
  }
}
