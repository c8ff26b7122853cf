/// How the lab's Kubernetes API server is set up.
package struct KubernetesOptions: Sendable {
  /// At most so many endpoints of the lab's own Services share an EndpointSlice.
  package var sliceSize = 100
  /// What the restricted identity may do besides discovery and asking what it may do.
  package var grants: [Grant] = []
  package var bookmarkInterval = Duration.seconds(60)
  /// Watches can go back so many changes, of all objects together.
  package var historyLimit = 1_000
  package var watchExpiry = WatchExpiry.event
  /// Decides the uids of objects.
  package var seed: UInt64 = 0

  package init() {}
}

/// A request that the API server was sent.
package struct APIRequestRecord: Hashable, Sendable {
  package let method: String
  /// Path and query.
  package let target: String
}
