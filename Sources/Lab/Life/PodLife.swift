/// How long the pods of a lab take to come and to go.
package struct PodLife: Hashable, Sendable {
  /// From a pod's creation until it is ready. The pods that a lab begins with are ready at once.
  package var startUp = Duration.zero
  /// A pod that is deleted and still busy after this time is killed: `terminationGracePeriodSeconds`.
  package var grace = Duration.seconds(30)
  /// Whether a deleted pod heeds SIGTERM, as servers with a graceful stop do: it stops listening and
  /// says GOAWAY. Others serve on as if nothing were until they are killed.
  package var heedsTermination = true

  package init() {}
}

/// How long after the pods have changed the rest of the cluster is told.
package struct PublicationDelay: Hashable, Sendable {
  /// Until the DNS server answers so.
  package var dns = Duration.zero
  /// Until the Kubernetes API shows it and the virtual IP and the proxy heed it.
  package var api = Duration.zero

  package init() {}
}
