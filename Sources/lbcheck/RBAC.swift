import ArgumentParser
import Diagnosis
import Naming
import Reporting

struct RBAC: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rbac",
    abstract: "Show what an identity may do of what a Kubernetes resolver needs.",
    discussion: """
      Asks the API server verb by verb, and prints the manifest that adds only what is missing.
      Exit codes: 0 nothing is missing; 1 something is; 3 the server could not be asked.

      Examples:
        lbcheck rbac svc/mygrpc
        lbcheck rbac kubernetes:///mygrpc.default --serviceaccount myapp --for kuberesolver@v6
      """)

  @Argument(help: ArgumentHelp("The Service, such as svc/mygrpc.", valueName: "target"))
  var target: String?

  @Flag(help: "Ask the embedded lab's API server, as its administrator.")
  var lab = false

  @OptionGroup var readerOptions: ReaderOptions

  @Option(
    help: ArgumentHelp(
      "The ServiceAccount to ask about, as NAME or NAMESPACE/NAME (default: the identity that asks).",
      valueName: "name"),
    transform: RBAC.serviceAccount)
  var serviceaccount: AccessPlan.ServiceAccount?

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    _ = try parsed()
    try output.validateCommon()
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
    let terminal = output.terminal
    if let target = try parsed() { throw try await show(target, nil, terminal) }
    let lab = try await EmbeddedLab.start(
      seed: 0, asked: true, kubernetes: true, terminal: output.quiet ? nil : terminal)
    let code = try await show(lab.headless, lab, terminal)
    await lab.stop()
    throw code
  }

  private func show(
    _ target: Target, _ lab: EmbeddedLab?, _ terminal: Terminal
  ) async throws -> ExitCode {
    var lookup = LookupOptions(cluster: cluster.settings, environment: { environment($0) })
    lab?.adjust(&lookup)
    do {
      let report = try await checkAccess(
        AccessPlan(
          target: target, reader: readerOptions.reader, serviceAccount: serviceaccount,
          lookup: lookup, version: Lbcheck.version, stepLog: output.stepLog(terminal)))
      try output.emit(terminal) { render(report, as: $0, style: $1) }
      return ExitCode(report.isComplete ? ExitStatus.held : ExitStatus.failed)
    } catch let problem as Problem {
      return fail(problem, terminal)
    } catch let error as FileError {
      return failedOutput(error, terminal)
    }
  }

  private static func serviceAccount(_ text: String) throws -> AccessPlan.ServiceAccount {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let name = parts.last else {
      throw ValidationError(
        "'\(printable(text))' is no ServiceAccount; write NAME or NAMESPACE/NAME")
    }
    try checkKubernetesName(name, "ServiceAccount")
    if parts.count == 2 { try checkNamespace(parts[0]) }
    return AccessPlan.ServiceAccount(name: name, namespace: parts.count == 2 ? parts[0] : nil)
  }
}

/// Whose needs count.
struct ReaderOptions: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "Whose needs: lbcheck, kuberesolver@v6 or kuberesolver@v5.", valueName: "reader"),
    transform: ReaderOptions.reader)
  var reader = ResolverReader.lbcheck

  private static func reader(_ text: String) throws -> ResolverReader {
    guard let reader = ResolverReader(text) else {
      let known = ResolverReader.all.map(\.name).joined(separator: ", ")
      throw ValidationError("unknown reader '\(printable(text))'; known: \(known)")
    }
    return reader
  }
}

/// A namespace is a single DNS label (RFC 1123).
func checkNamespace(_ text: String) throws {
  try checkKubernetesName(text, "namespace")
  guard !text.contains("."), text.utf8.count <= 63 else {
    throw ValidationError("'\(printable(text))' is no namespace: no dots, at most 63 characters")
  }
}

/// Names of Kubernetes objects go into manifests and requests as they are (RFC 1123 subdomains).
func checkKubernetesName(_ text: String, _ what: String) throws {
  let isName =
    !text.isEmpty && text.utf8.count <= 200  // 253, less what names of Roles add to it
    && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
    }
  guard isName else {
    throw ValidationError(
      "'\(printable(text))' is no \(what) name: lower-case letters, digits and '-'")
  }
}
