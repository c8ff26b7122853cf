import ArgumentParser
import Diagnosis
import Naming
import Reporting

struct HeadlessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "headless",
    abstract: "A headless Service beside an existing one, for client-side balancing.",
    discussion: """
      Reads the Service through the Kubernetes API; changes nothing.

      Example:
        lbcheck manifest headless svc/mygrpc -n default
      """)

  @Argument(help: ArgumentHelp("The Service, such as svc/mygrpc.", valueName: "target"))
  var target: String?

  @Flag(help: "Of the embedded lab's Service with a ClusterIP.")
  var lab = false

  @Option(help: "Its name (default: that of the Service with -headless behind it).")
  var name: String?

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions

  func validate() throws {
    if let name { try checkKubernetesName(name, "Service") }
    _ = try parsed()
  }

  /// Nil for the lab.
  private func parsed() throws -> Target? {
    guard let target else {
      if lab { return nil }
      throw ValidationError("TARGET is missing: name the Service, such as svc/mygrpc")
    }
    if lab { throw ValidationError("give either a TARGET or --lab") }
    return try Target(argument: target, namespace: cluster.namespace)
  }

  func run() async throws {
    let terminal = Terminal(color: .never)
    var lookup = LookupOptions(cluster: cluster.settings, environment: { environment($0) })
    if let target = try parsed() {
      return try await show(target, lookup, terminal)
    }
    let lab = try await EmbeddedLab.start(
      seed: 0, asked: true, kubernetes: true, terminal: terminal)
    lab.adjust(&lookup)
    do {
      try await show(lab.clusterIP, lookup, terminal)
    } catch {
      await lab.stop()
      throw error
    }
    await lab.stop()
  }

  private func show(_ target: Target, _ lookup: LookupOptions, _ terminal: Terminal) async throws {
    do {
      let manifest = try await headlessManifest(of: target, name: name, lookup: lookup)
      try terminal.output(manifest.yaml)
    } catch let problem as Problem {
      throw fail(problem, terminal)
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    }
  }
}
