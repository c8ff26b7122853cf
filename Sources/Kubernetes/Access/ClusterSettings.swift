/// What the command line says about the cluster; nil where it says nothing.
package struct ClusterSettings: Hashable, Sendable {
  /// `--kubeconfig`: a path.
  package var kubeconfig: String?
  /// `--context`.
  package var context: String?
  /// `-n`, `--namespace`.
  package var namespace: String?
  /// `--as`: the user name to act as, `system:serviceaccount:NAMESPACE:NAME` for a ServiceAccount.
  package var impersonate: String?

  package init(
    kubeconfig: String? = nil, context: String? = nil, namespace: String? = nil,
    impersonate: String? = nil
  ) {
    self.kubeconfig = kubeconfig
    self.context = context
    self.namespace = namespace
    self.impersonate = impersonate
  }
}
