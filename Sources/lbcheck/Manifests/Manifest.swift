import ArgumentParser
import Naming
import Reporting

struct Manifest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a fix: a Kubernetes manifest for kubectl apply -f -, or lines of code.",
    subcommands: [
      HeadlessCommand.self, RBACRules.self, JobCommand.self, ServerCommand.self, ClientCommand.self,
    ])

  struct RBACRules: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rbac",
      abstract:
        "ServiceAccount, Role and RoleBinding with exactly the verbs that a resolver needs.",
      discussion: """
        Example:
          lbcheck manifest rbac --for kuberesolver@v6 --serviceaccount myapp -n default
        """)

    @OptionGroup var readerOptions: ReaderOptions

    @Option(help: ArgumentHelp("The ServiceAccount of the client's pods.", valueName: "name"))
    var serviceaccount = "lbcheck"

    @Option(name: .shortAndLong, help: "The namespace of the Service and of the ServiceAccount.")
    var namespace = "default"

    func validate() throws {
      try checkKubernetesName(serviceaccount, "ServiceAccount")
      try checkNamespace(namespace)
    }

    func run() throws {
      let reader = readerOptions.reader
      let manifest = RBACManifest(
        subject: .serviceAccount(serviceaccount, namespace: namespace), namespace: namespace,
        name: "\(serviceaccount)-\(reader.roleName)", rules: reader.needs,
        createsServiceAccount: true)
      let terminal = Terminal(color: .never)
      do {
        try terminal.output(manifest.yaml)
      } catch {
        throw failedOutput(error, terminal)
      }
    }
  }
}
