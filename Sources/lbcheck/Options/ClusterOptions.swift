import ArgumentParser
import Kubernetes

/// Which cluster, and as whom: the flags that kubectl has.
struct ClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The kubeconfig file (default: KUBECONFIG, ~/.kube/config, or the pod's service account).",
      valueName: "file"))
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The kubeconfig's context.", valueName: "name"))
  var context: String?

  @Option(name: .shortAndLong, help: "Kubernetes namespace of a target that names none.")
  var namespace: String?

  @Option(help: ArgumentHelp("Act as this user towards the Kubernetes API.", valueName: "user"))
  var `as`: String?

  func validate() throws {
    for (name, value) in [
      ("--kubeconfig", kubeconfig), ("--context", context), ("--namespace", namespace),
      ("--as", `as`),
    ] where value?.isEmpty == true {
      throw ValidationError("\(name) is empty: is a variable not set?")
    }
  }

  var settings: ClusterSettings {
    ClusterSettings(
      kubeconfig: kubeconfig, context: context, namespace: namespace, impersonate: `as`)
  }
}
