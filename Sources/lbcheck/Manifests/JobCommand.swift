import ArgumentParser
import Diagnosis
import Naming
import Reporting

/// `lbcheck manifest job`.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job",
    abstract: "An indexed Job of many clients that measure at the same time, for lbcheck merge.",
    discussion: """
      Everything after -- is given to distribute in every pod.

      Example:
        lbcheck manifest job dns:///mygrpc:50051 --completions 20 \
      --image registry.example.com/lbcheck:0.1.0 -- --policy pick_first --rpcs 200
      """)

  @Argument(
    help: ArgumentHelp("What every pod measures, such as dns:///mygrpc:50051.", valueName: "target")
  )
  var target: String

  @Option(help: ArgumentHelp("How many pods, all at the same time.", valueName: "n"))
  var completions: Int

  @Option(help: ArgumentHelp("The image that has lbcheck as its entry point.", valueName: "image"))
  var image: String

  @Option(help: "The Job's name and its ServiceAccount's.")
  var name = "lbcheck"

  @Option(name: .shortAndLong, help: "The namespace that the pods run in.")
  var namespace = "default"

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("Options of distribute.", valueName: "option"))
  var options: [String] = []

  func validate() throws {
    guard (1...10_000).contains(completions) else {
      throw ValidationError("--completions must be from 1 to 10000")
    }
    try checkKubernetesName(name, "Job")
    // The name of its pods adds an index and a suffix to it, and each is a label.
    guard name.utf8.count <= 50, !name.contains(".") else {
      throw ValidationError("'\(printable(name))' is no Job name: no dots, at most 50 characters")
    }
    try checkNamespace(namespace)
    guard !image.isEmpty else { throw ValidationError("--image is empty: is a variable not set?") }
    _ = try manifest()
  }

  func run() throws {
    let terminal = Terminal(color: .never)
    do {
      try terminal.output(try manifest().yaml)
    } catch let error as FileError {
      throw failedOutput(error, terminal)
    }
  }

  private func manifest() throws -> JobManifest {
    let run = try Self.distribute([target] + options)
    guard run.output.requests.isEmpty, run.output.outputFile == nil else {
      throw ValidationError("-o and --output-file are the manifest's own: every pod prints JSON")
    }
    guard run.asserted.assert.isEmpty, run.baselineOptions.file == nil else {
      throw ValidationError(
        "--assert and --baseline are for all pods together: give them to lbcheck merge")
    }
    guard run.load.seed == nil else {
      throw ValidationError("--seed would have every pod draw the same: leave it out")
    }
    var manifest = JobManifest(
      name: name, namespace: namespace, image: image, completions: completions,
      arguments: [target] + options)
    if let (reader, service) = try run.kubernetesAccess {
      manifest.access = (reader.needs, service ?? namespace)
    }
    return manifest
  }

  private static func distribute(_ words: [String]) throws -> Distribute {
    do {
      return try Distribute.parse(words)
    } catch {
      throw ValidationError("as options of distribute: \(Distribute.message(for: error))")
    }
  }
}

extension Distribute {
  /// Who reads the Kubernetes API for it, and of which namespace where the target names one; nil where
  /// nobody does.
  fileprivate var kubernetesAccess: (reader: ResolverReader, namespace: String?)? {
    get throws {
      guard let target = try targetOptions.parsed(isAsserting: true) else { return nil }
      var isRead = targetOptions.resolver == .kubernetes || asKuberesolver != nil
      if case .kubernetes = target.kind, targetOptions.resolver == nil { isRead = true }
      guard isRead else { return nil }
      return (asKuberesolver.map { .kuberesolver($0) } ?? .lbcheck, target.namespace)
    }
  }
}
