import Diagnosis
import Distribution
import Reporting
import Synchronization

/// Shows a watch while it runs: a view that is redrawn where standard error is a terminal, otherwise a
/// line for each event, as JSON where that was asked for.
final class WatchDisplay: Sendable {
  private enum Way {
    case jsonLines, lines(toError: Bool), view, nothing
  }

  private let way: Way
  private let terminal: Terminal
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(output: OutputOptions, terminal: Terminal) {
    self.terminal = terminal
    let toOutput = output.outputFile == nil ? output.requests.first { $0.file == nil } : nil
    let isText =
      output.outputFile == nil && (output.requests.isEmpty || toOutput?.format == .table)
    way =
      if toOutput?.format == .json {
        .jsonLines
      } else if output.quiet {
        .nothing
      } else if terminal.errorIsTerminal, output.verbose < 2 {
        .view
      } else {
        .lines(toError: !isText)
      }
  }

  func start(_ recorder: WatchRecorder, _ head: WatchReport.Head) {
    let names = recorder.timeline.lanes
    let started = Task { [way, terminal] in
      if case .jsonLines = way {
        try? terminal.output(jsonLine(WatchReport.Start(head, resolvers: names)))
      }
      let view = WatchView(recorder, terminal)
      let drawing = Task {
        if case .view = way { await view.draw() }
      }
      for await event in recorder.events {
        let line = WatchEventLine(
          event, resolvers: names, startUnixMilliseconds: recorder.startUnixMilliseconds)
        switch way {
        case .jsonLines: try? terminal.output(jsonLine(line))
        case .lines(toError: false):
          try? terminal.output(line.line(style: terminal.outputStyle) + "\n")
        case .lines(toError: true): terminal.error(line.line(style: terminal.errorStyle) + "\n")
        case .view: view.note(line.line(style: terminal.errorStyle))
        case .nothing: break
        }
      }
      drawing.cancel()
      await drawing.value
    }
    task.withLock { $0 = started }
  }

  /// Returns when all has been shown; what was drawn is gone then.
  func finish() async { await task.withLock { $0 }?.value }
}
