import ArgumentParser
import Diagnosis
import Glibc
import Lab
import Naming
import Reporting

/// A lab for clients that are started elsewhere: says where it is, does what it is told on standard
/// input, and reports at the end of that or at a signal.
struct LabForeground {
  let session: LabSession
  let plan: ObservedPlan
  let output: OutputOptions

  private enum Event: Sendable {
    case line(String)
    case end
    case signal(Int32)
  }

  func run(_ signals: Signals) async throws -> ExitCode {
    let terminal = output.terminal
    try terminal.output(try facts())
    var signal: Int32?
    loop: for await event in Self.events(signals) {
      switch event {
      case .end: break loop
      case .signal(let number):
        signal = number
        break loop
      case .line(let line):
        do throws(LabInput.Failure) {
          let answer = try await LabInput.obey(line, session.cluster)
          try? terminal.output(answer + "\n")
        } catch {
          terminal.error("lbcheck lab: \(error)\n")
        }
      }
    }
    var run = try await session.observed()
    run.isInterrupted = signal != nil
    return try output.emit(report(on: run, plan), terminal) { assertions in
      ExitStatus.code(for: assertions, program: 0, signal: signal)
    }
  }

  private static func events(_ signals: Signals) -> AsyncStream<Event> {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    let received = signals.stream
    Task {
      for await signal in received { continuation.yield(.signal(signal)) }
    }
    // Blocks in read(2) until the end of the process, where a signal comes first.
    Task.detached {
      while let line = readLine() { continuation.yield(.line(line)) }
      continuation.yield(.end)
    }
    return stream
  }

  // MARK: - Where it is

  /// One line of JSON where the report is to be JSON, and text for people otherwise.
  private func facts() throws -> String {
    guard !output.requests.contains(where: { $0.format == .json }) else { return json }
    let (cluster, targets) = (session.cluster, session.targets)
    var lines = ["\(cluster.pods.count) pods are up. For a client in another terminal:", ""]
    lines += session.environment.map { "  export \($0.name)=\(Self.quoted($0.value))" }
    lines += [
      "", "Through an L7 proxy: \(targets.proxy.given)",
      "Commands: counts, events, \(LabAction.syntax); end with Ctrl-D or Ctrl-C.", "",
    ]
    lines += cluster.pods.map { "  \($0.name)  \($0.address):\($0.port)" }
    return lines.joined(separator: "\n") + "\n\n"
  }

  /// One word of a POSIX shell, whatever is in it.
  private static func quoted(_ text: String) -> String {
    let parts = printable(text).split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: #"'\''"#) + "'"
  }

  private var json: String {
    let (cluster, targets) = (session.cluster, session.targets)
    let list = cluster.pods.map { #"{"name":"\#($0.name)","address":"\#($0.address)"}"# }
    return #"{"dns":"\#(cluster.dnsServer)","target":"\#(targets.headless.given)","#
      + #""cluster_ip_target":"\#(targets.clusterIP.given)","#
      + #""proxy_target":"\#(targets.proxy.given)","#
      + #""kubernetes_target":"\#(session.kubernetesTarget)","port":\#(cluster.port),"#
      + #""vip":"\#(session.virtualIP)","kubernetes":"\#(cluster.kubernetes?.url ?? "")","#
      + #""kubeconfig":\#(Escaping.json(session.kubeconfig)),"#
      + #""service_account":\#(Escaping.json(session.serviceAccount)),"#
      + #""pods":[\#(list.joined(separator: ","))]}"# + "\n"
  }
}
